// A real HTTP server around the handler, for tests in which the transport matters.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { afterAll, beforeAll } from 'vitest';
import { handleTrpc, type HandlerOptions } from '../http.ts';

export interface TestServer {
  readonly url: string;
  /** Cuts every open connection, as a network does. */
  disconnect(): void;
}

/** Serves `/api/[tenant]/trpc` for one test file. */
export function testServer(options: () => Pick<HandlerOptions, 'database' | 'log'>): TestServer {
  const server = createServer((request, response) => void serve(request, response));
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const gone = new AbortController();
    outgoing.on('close', () => gone.abort());
    const tenant = /^\/api\/([^/]+)\/trpc/.exec(incoming.url ?? '')?.[1] ?? '';
    const address = incoming.socket.remoteAddress ?? '';
    const answer = await handleTrpc(received(incoming, gone.signal), { ...options(), tenant, address });
    outgoing.writeHead(answer.status, [...answer.headers].flat());
    if (!answer.body) return void outgoing.end();
    Readable.fromWeb(answer.body as ReadableStream)
      .on('error', () => outgoing.destroy())
      .pipe(outgoing);
  };
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    get url() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    disconnect: () => server.closeAllConnections(),
  };
}

function received(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headers } = incoming;
  const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const bodyless = method === 'GET' || method === 'HEAD';
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: pairs,
    signal,
    ...(!bodyless && { body: Readable.toWeb(incoming) as NonNullable<RequestInit['body']>, duplex: 'half' }),
  });
}
