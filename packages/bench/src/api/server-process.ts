// One process that answers over HTTP in four ways: constant bytes, tRPC alone, tRPC over the driver by hand, and the
// API of the product.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { handleTrpc, openDatabase } from '@paper-circe/api';
import { startEmbedded } from '@paper-circe/embedded';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { bareRouter } from './bare.ts';

/** How the process is since it was last asked: memory in bytes, delays of the event loop in milliseconds. */
export interface ServerState {
  /** In 99 of 100. */
  readonly delayMs: number;
  readonly longestMs: number;
  readonly rss: number;
  readonly heapUsed: number;
}

// An address of a database, or the file of an embedded one that shall be in this process.
const [place = '', name = ''] = process.argv.slice(2);
const uri = place.startsWith('mongodb:') ? place : (await startEmbedded({ file: place })).uri;
const database = await openDatabase({ uri, name });
const bare = await bareRouter(uri, name);
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.on('message', () => {
  const { rss, heapUsed } = process.memoryUsage();
  const state: ServerState = {
    delayMs: delay.percentile(99) / 1e6,
    longestMs: delay.max / 1e6,
    rss,
    heapUsed,
  };
  process.send?.(state);
  delay.reset();
});
process.once('disconnect', () => process.exit());

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (incoming.url === '/raw') return void outgoing.end('{"ok":true}');
  const gone = new AbortController();
  outgoing.on('close', () => gone.abort());
  const request = received(incoming, gone.signal);
  const tenant = /^\/api\/([^/]+)\/trpc/.exec(incoming.url ?? '')?.[1];
  const response = tenant
    ? await handleTrpc(request, { database, tenant, address: '127.0.0.1' })
    : await fetchRequestHandler({
        endpoint: '/bare',
        req: request,
        router: bare,
        createContext: () => ({ request }),
      });
  outgoing.writeHead(response.status, [...response.headers].flat());
  if (!response.body) return void outgoing.end();
  Readable.fromWeb(response.body as ReadableStream)
    .on('error', () => outgoing.destroy())
    .pipe(outgoing);
}

function received(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { url = '/', headers, method = 'GET' } = incoming;
  const pairs = Object.entries(headers).map(([key, value]): [string, string] => [key, String(value)]);
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: pairs,
    signal,
    ...(method === 'POST' && {
      body: Readable.toWeb(incoming) as NonNullable<RequestInit['body']>,
      duplex: 'half',
    }),
  });
}
