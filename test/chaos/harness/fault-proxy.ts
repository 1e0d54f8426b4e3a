import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

type Line = 'open' | 'stalled' | 'cut';

/**
 * The line between one process and the database. It can stall, as when packets are dropped without a word, or be cut,
 * as when they are refused. The port behind it may change: a restarted server has another.
 */
export class FaultProxy {
  private readonly sockets = new Set<Socket>();
  private line: Line = 'open';
  private readonly server: Server;

  private constructor(private readonly target: () => number) {
    this.server = createServer((client) => this.accept(client));
  }

  static async start(target: () => number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((done) => proxy.server.listen(0, '127.0.0.1', done));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Nothing passes in either direction, and nobody is told. What was sent meanwhile passes once it is open again. */
  stall(): void {
    this.line = 'stalled';
    for (const socket of this.sockets) socket.pause();
  }

  /** Every connection breaks, and new ones do too. */
  cut(): void {
    this.line = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  open(): void {
    this.line = 'open';
    for (const socket of this.sockets) socket.resume();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((done) => this.server.close(done));
  }

  private accept(client: Socket): void {
    if (this.line === 'cut') return void client.destroy();
    const server = connect(this.target(), '127.0.0.1');
    this.forward(client, server);
    this.forward(server, client);
  }

  private forward(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => void to.write(chunk));
    from.on('error', () => undefined);
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroySoon();
    });
    if (this.line === 'stalled') from.pause();
  }
}
