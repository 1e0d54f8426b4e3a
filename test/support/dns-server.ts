import { createSocket } from 'node:dgram';

export interface DnsServer {
  /** `127.0.0.1:<port>`, for `Resolver.setServers`. */
  readonly address: string;
  /** Questions asked so far. */
  readonly asked: () => number;
  close(): Promise<void>;
}

const HEADER = 12;
const TYPE_A = 1;

/** A DNS server that answers each question for an IPv4 address with what it is told, and lets nobody keep the answer. */
export async function startDnsServer(addressOf: (nth: number) => string): Promise<DnsServer> {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (query, { port, address }) => {
    const end = query.indexOf(0, HEADER) + 5;
    const question = query.subarray(HEADER, end);
    const isA = query.readUInt16BE(end - 4) === TYPE_A;
    if (isA) asked += 1;
    socket.send(answerTo(query, question, isA ? addressOf(asked) : undefined), port, address);
  });
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  const { port } = socket.address();
  return {
    address: `127.0.0.1:${port}`,
    asked: () => asked,
    close: () => new Promise<void>((done) => socket.close(() => done())),
  };
}

/** RFC 1035: the header with the question's id, the question again, and one record or none. */
function answerTo(query: Buffer, question: Buffer, address: string | undefined): Buffer {
  const header = Buffer.alloc(HEADER);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(1, 4);
  if (address === undefined) return Buffer.concat([header, question]);
  header.writeUInt16BE(1, 6);
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc0_00 + HEADER, 0);
  record.writeUInt16BE(TYPE_A, 2);
  record.writeUInt16BE(1, 4);
  // Bytes 6 to 9: no time to live.
  record.writeUInt16BE(4, 10);
  return Buffer.concat([header, question, record, Buffer.from(address.split('.').map(Number))]);
}
