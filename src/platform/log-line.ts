const levels: ReadonlyMap<unknown, string> = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);

/** One log entry of pino as one line for a person. */
export function logLine(json: string): string {
  const entry = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const time = new Date(Number(entry.time)).toISOString().slice(11, 23);
  const level = (levels.get(entry.level) ?? 'info').padEnd(5);
  const context = typeof entry.context === 'string' ? `${entry.context}: ` : '';
  const said = typeof entry.msg === 'string' ? entry.msg : '';
  return `${time} ${level} ${context}${[said, ...rest(entry)].filter((part) => part !== '').join(' ')}`;
}

const known: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'hostname', 'context', 'msg', 'err', 'req', 'res']);

function* rest(entry: Readonly<Record<string, unknown>>): Generator<string> {
  for (const [name, value] of Object.entries(entry)) {
    if (!known.has(name)) yield `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
  }
  if (typeof entry.err === 'object' && entry.err !== null && 'stack' in entry.err) yield `\n${String(entry.err.stack)}`;
}
