/** The little of json-server 0.17 that the tests use; it brings no types. */
declare module 'json-server' {
  import type { IncomingMessage, ServerResponse } from 'node:http';
  type Handler = (request: IncomingMessage, response: ServerResponse) => void;
  interface JsonServer {
    create(): Handler & { use(handler: unknown): void };
    defaults(options: { readonly logger: boolean }): unknown;
    router(data: object): unknown;
  }
  const jsonServer: JsonServer;
  export = jsonServer;
}
