import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDataSource } from '../../src/storage/data-source.js';
import { isUnavailable } from '../../src/storage/database-errors.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

/** What a connection is told once it may be used. */
const READY = Buffer.from('Z\0\0\0\x05I', 'latin1');
/** What a session is told that an administrator ends: severity, code and words of an error. */
const ended = (): Buffer => {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0');
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(4 + fields.length, 1);
  return Buffer.concat([head, fields]);
};

let database: TestDatabase;
let line: Server;
let endsNext = false;

beforeAll(async () => {
  database = await createTestDatabase();
  const { port, hostname } = new URL(database.url);
  line = createServer((client) => {
    const server = connect(Number(port), hostname);
    client.on('data', (chunk) => void server.write(chunk));
    server.on('data', (chunk: Buffer) => {
      const ends = endsNext && chunk.subarray(-READY.length).equals(READY);
      client.write(ends ? Buffer.concat([chunk, ended()]) : chunk);
      if (ends) endsNext = false;
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const)
      one.on('close', () => other.destroy()).on('error', () => undefined);
  });
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
});
afterAll(async () => {
  line.close();
  await database.drop();
});

it('a session that the server ends in the moment it is handed out fails its query and nothing else', async () => {
  const url = new URL(database.url);
  url.host = `127.0.0.1:${(line.address() as AddressInfo).port}`;
  const dataSource = createDataSource({ url: url.toString(), poolSize: 2, onIdleError: () => undefined });
  await dataSource.initialize();
  try {
    const held = dataSource.createQueryRunner();
    await held.connect();
    // Of two at once the second needs a new connection.
    endsNext = true;
    const lost: unknown = await dataSource.query('select 1').catch((error: unknown) => error);
    expect(isUnavailable(lost)).toBe(true);
    await held.release();
    await expect(dataSource.query('select 1 as one')).resolves.toEqual([{ one: 1 }]);
  } finally {
    await dataSource.destroy();
  }
});
