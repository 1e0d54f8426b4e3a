import 'reflect-metadata';
import { createApp } from './create-app.js';
import { startDemo } from './demo/demo.js';
import { ConfigError, readProcessConfig, type Config } from './platform/config.js';
import { startEmbeddedDatabase } from './storage/embedded/embedded-database.js';
import { openStorage } from './storage/open-storage.js';

/** What has been started, newest last; stopped in the opposite order. */
const started: (() => Promise<unknown>)[] = [];

/** Of a process; PostgreSQL has 200 for all of them where nobody has changed it. */
const MOST_CONNECTIONS = 60;

async function start(config: Config): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const url = config.databaseUrl ?? (await embedded(config, say));
  const storage = await openStorage({
    url,
    backend: config.databaseBackend,
    // Runs are taken and settled together, and a page takes milliseconds: they need no connection each.
    poolSize: Math.min(config.workerConcurrency + 10, MOST_CONNECTIONS),
    worker: config.roles.has('worker'),
    onError: (error) => process.stderr.write(`${error.message}\n`),
  });
  started.push(() => storage.close());
  const demo = config.demo && config.roles.has('api') ? await startDemo(config) : undefined;
  if (demo) started.push(() => demo.close());
  const effective = demo?.config ?? config;
  const app = await createApp(effective, storage);
  started.push(() => app.close());
  if (demo) app.use('/demo', demo.saas);
  await app.listen(config.port);
  const baseUrl = `http://localhost:${new URL(await app.getUrl()).port}`;
  for (const origin of effective.outboundAllow)
    say(`OUTBOUND_ALLOW: ${origin} may be called although it is not public`);
  say(`Meridian is ready: ${baseUrl}  (${[...config.roles].join(', ')})`);
  await demo?.seed(baseUrl, say);
}

async function embedded({ dataDir }: Config, say: (line: string) => void): Promise<string> {
  const database = await startEmbeddedDatabase({ dataDir, say });
  started.push(() => database.stop());
  return database.url;
}

/** In order: no new work, finish or hand back what is in hand, close the database. A second signal does not wait. */
async function stop(): Promise<void> {
  const failures: unknown[] = [];
  for (let last = started.pop(); last; last = started.pop())
    await last().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  let isStopping = false;
  process.on(signal, () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  });
}

function fail(error: unknown): void {
  const shown = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${shown}\n`);
  process.exit(1);
}

try {
  await start(readProcessConfig());
} catch (error) {
  await stop().catch(() => undefined);
  fail(error);
}
