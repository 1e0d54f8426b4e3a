import type { FlowProblem } from './contract.js';

/** What a page can do about it, which is all that a page needs to know of a failure. */
export type FailureKind = 'offline' | 'busy' | 'expired' | 'invalid' | 'conflict' | 'stale' | 'fields' | 'server';

export class FlowFailure extends Error {
  override readonly name = 'FlowFailure';

  constructor(
    readonly kind: FailureKind,
    readonly problem: FlowProblem | undefined,
    /** To be quoted to whoever runs the server. */
    readonly correlationId: string,
  ) {
    super(problem?.detail ?? problem?.title ?? kind);
  }

  /** A stable code, the server's where it gave one. */
  get code(): string {
    return this.problem?.code ?? this.kind;
  }
}

const KINDS: Readonly<Record<number, FailureKind>> = {
  401: 'expired',
  403: 'invalid',
  404: 'invalid',
  410: 'expired',
  412: 'conflict',
  422: 'fields',
};

/** What each 409 is. `busy`: an earlier attempt with the same key is still being answered. */
const CONFLICTS: Readonly<Record<string, FailureKind>> = {
  preview_stale: 'stale',
  nothing_to_sync: 'invalid',
  idempotency_key_in_use: 'busy',
};

/** Which failure an answer is. */
export function failureOf(status: number, problem: FlowProblem | undefined, requestId: string): FlowFailure {
  const kind = (status === 409 ? CONFLICTS[problem?.code ?? ''] : KINDS[status]) ?? 'server';
  return new FlowFailure(kind, problem, problem?.requestId ?? requestId);
}

/** Any thrown value as a failure; `fetch` answers an unreachable server with a TypeError. */
export const asFailure = (error: unknown): FlowFailure =>
  error instanceof FlowFailure
    ? error
    : new FlowFailure(error instanceof TypeError ? 'offline' : 'server', undefined, '');
