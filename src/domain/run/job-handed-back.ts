/** A process that stops gives a job back. Nothing is wrong; another goes on with it. */
export class JobHandedBack extends Error {
  constructor() {
    super('The process is stopping; another goes on with the job.');
    this.name = 'JobHandedBack';
  }
}
