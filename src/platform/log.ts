import { Writable } from 'node:stream';
import { LoggerModule } from 'nestjs-pino';
import { logLine } from './log-line.js';
import type { LogFn, Logger, LoggerOptions } from 'pino';
import type { Options } from 'pino-http';
import type { Config, LogLevel } from './config.js';

/** Members that hold, or may hold, a secret, wherever they stand in what is logged. */
const secrets = ['authorization', 'cookie', 'apiKey', 'adminKey', 'credentials', 'secret', 'token', 'password', 'key'];
const redacted = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `req.headers["${name}"]`]);

/** Structured logs on standard output: JSON, or a line for each entry where a person is reading. */
export function logging({ logLevel, demo }: Config): ReturnType<typeof LoggerModule.forRoot> {
  const options = logOptions(logLevel);
  const isRead = process.stdout.isTTY || demo;
  return LoggerModule.forRoot({ pinoHttp: isRead ? [options, lines(process.stdout)] : options });
}

/** What is logged, and what of it is left out. */
export function logOptions(level: LogLevel): LoggerOptions & Pick<Options, 'customLogLevel'> {
  return {
    level,
    redact: { paths: redacted, censor: '[redacted]' },
    hooks: { logMethod: withoutChatter },
    // A fault is logged where it is answered; that a request was served is there at debug.
    customLogLevel: () => 'debug',
    serializers: {
      err: errorAsLogged,
      req: ({ id, method, url }: Readonly<Record<string, unknown>>) => ({ id, method, url: withoutQuery(url) }),
      res: ({ statusCode }: Readonly<Record<string, unknown>>) => ({ statusCode }),
    },
  };
}

/** The framework's list of what it has wired, dozens of lines at each start. */
const chatter: ReadonlySet<unknown> = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory']);
const INFO = 30;

function withoutChatter(this: Logger, args: Parameters<LogFn>, log: LogFn, level: number): void {
  const [entry] = args as readonly unknown[];
  const context = typeof entry === 'object' && entry !== null && 'context' in entry ? entry.context : undefined;
  if (level > INFO || !chatter.has(context)) log.apply(this, args);
}

/** Of an error only what it says: a failed statement also carries its parameters, which are client data. */
function errorAsLogged(error: Error): object {
  const { name, message, stack } = error;
  return 'code' in error ? { name, message, stack, code: error.code } : { name, message, stack };
}

/** A query may hold what its sender should not have put there. */
const withoutQuery = (url: unknown): string => String(url).split('?', 1)[0] ?? '';

const lines = (output: Writable): Writable =>
  new Writable({
    write(chunk: Buffer, _, done) {
      output.write(`${logLine(String(chunk))}\n`, () => done());
    },
  });
