import { Injectable } from '@nestjs/common';

/** Resolves, with a detail if there is one to tell, or throws what is wrong. */
export type ReadinessCheck = () => Promise<string | undefined>;

export interface CheckResult {
  readonly ok: boolean;
  readonly detail?: string;
}

/** What a process needs in order to do its work. Rooms add their checks. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, ReadinessCheck>();

  /** Errors other than NotReady are not told: they might tell too much. */
  add(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }

  async run(): Promise<Readonly<Record<string, CheckResult>>> {
    const results = [...this.checks].map(async ([name, check]) => [name, await resultOf(check)] as const);
    return Object.fromEntries(await Promise.all(results));
  }
}

/** Fails a check with words for the operator's eyes. */
export class NotReady extends Error {}

async function resultOf(check: ReadinessCheck): Promise<CheckResult> {
  try {
    const detail = await check();
    return detail === undefined ? { ok: true } : { ok: true, detail };
  } catch (error) {
    return { ok: false, detail: error instanceof NotReady ? error.message : 'The check failed.' };
  }
}
