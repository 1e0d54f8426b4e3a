const tryAgain = new Set(['40001', '40P01']);
const unavailable = new Set(['57P01', '57P02', '57P03', '53300', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** The transaction lost a race (deadlock, serialization) and may be run again from its start. */
export function isTryAgain(error: unknown): boolean {
  return tryAgain.has(codeOf(error));
}

/** The server is down, restarting, or the connection broke. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (unavailable.has(code) || code.startsWith('08')) return true;
  const message = error instanceof Error ? error.message : '';
  return /connection terminated|timeout exceeded when trying to connect|connection error|query runner already released|ECONNREFUSED|LISTEN\/NOTIFY|the database system is/i.test(
    message,
  );
}

/** Name of the constraint an insert or update broke, or undefined. */
export function brokenConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('constraint' in error)) return undefined;
  return typeof error.constraint === 'string' ? error.constraint : undefined;
}
