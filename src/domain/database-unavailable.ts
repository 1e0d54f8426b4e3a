/** The database cannot be reached now. Nothing was decided and nothing was saved; try again later. */
export class DatabaseUnavailable extends Error {
  constructor(options?: ErrorOptions) {
    super('The database cannot be reached.', options);
    this.name = 'DatabaseUnavailable';
  }
}
