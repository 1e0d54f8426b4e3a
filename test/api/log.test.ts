import { PassThrough } from 'node:stream';
import { pino, type Logger } from 'pino';
import { describe, expect, it } from 'vitest';
import type { LogLevel } from '../../src/platform/config.js';
import { logLine } from '../../src/platform/log-line.js';
import { logOptions } from '../../src/platform/log.js';

/** What is written to the log while `work` talks to it. */
function logged(level: LogLevel, work: (logger: Logger) => void): string {
  const written = new PassThrough();
  work(pino(logOptions(level), written));
  return String(written.read() ?? '');
}

describe('the log', () => {
  it('holds no secret, however deep it stands', () => {
    const text = logged('info', (logger) => {
      const holder = { apiKey: 'hunter2', credentials: { password: 'hunter2' } };
      logger.info({ ...holder, connection: holder, more: { connection: holder } }, 'Entry');
      logger.info({ req: { headers: { authorization: 'hunter2' }, url: '/v1/x?api_key=hunter2' } });
    });
    expect(text).toContain('[redacted]');
    expect(text).not.toContain('hunter2');
  });

  it('holds of an error what it says, not what it carries', () => {
    const failed = Object.assign(new Error('broken'), { code: '23505', parameters: ['hunter2'] });
    const text = logged('info', (logger) => logger.error({ err: failed }, 'Tick failed.'));
    expect(JSON.parse(text)).toMatchObject({ err: { message: 'broken', code: '23505' }, msg: 'Tick failed.' });
    expect(text).not.toContain('hunter2');
  });

  it('leaves out what the framework says about itself, unless that is asked for', () => {
    const say = (logger: Logger) => logger.info({ context: 'RouterExplorer' }, 'Mapped {/v1/x, GET} route');
    expect(logged('info', say)).toBe('');
    expect(logged('info', (logger) => logger.warn({ context: 'RouterExplorer' }, 'odd'))).toContain('odd');
  });

  it('holds entries from its level on', () => {
    const say = (logger: Logger) => logger.info({ context: 'Here' }, 'hello');
    expect(logged('warn', say)).toBe('');
    expect(logged('info', say)).toContain('hello');
  });

  it('is one line an entry for a person', () => {
    const time = Date.parse('2026-01-01T10:20:30.456Z');
    const entry = { level: 40, time, pid: 1, hostname: 'x', context: 'Ticks', msg: 'Late.', tick: 'due', by: 3 };
    expect(logLine(JSON.stringify(entry))).toBe('10:20:30.456 warn  Ticks: Late. tick=due by=3');
    const fault = { ...entry, level: 50, err: { stack: 'Error: broken\n    at x' } };
    expect(logLine(JSON.stringify(fault))).toMatch(/error Ticks: Late\. tick=due by=3 \nError: broken\n {4}at x$/);
  });
});
