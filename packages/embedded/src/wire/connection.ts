import type { Answer } from '../bson/encode.ts';
import type { Doc } from '../bson/types.ts';
import { formatAnswer, ProtocolError, reading, sizeOfMessage, type Request } from './message.ts';
import { MongoError } from '../errors.ts';
import { Gradual } from '../gradual.ts';

/** One end of a connection, of which the server needs no more than this. */
export interface Pipe {
  readonly destroyed: boolean;
  on(event: 'data', taken: (chunk: Buffer) => void): unknown;
  on(event: 'error' | 'close', happened: () => void): unknown;
  write(bytes: Buffer): unknown;
  destroy(error?: Error): unknown;
}

export type Handler = (body: Doc | MongoError) => Promise<Record<string, Answer>>;

/** What goes over all connections. */
export interface Traffic {
  bytesIn: number;
  bytesOut: number;
  numRequests: number;
}

/** How long one message may be read before others run, in milliseconds. */
const SLICE = 10;

/** Reads a message. What took a while to read lets others run once more before it is executed. */
async function read(reader: Iterator<undefined, Request>): Promise<Request> {
  let started = performance.now();
  for (;;) {
    const { value, done } = reader.next();
    if (performance.now() - started >= SLICE) {
      await new Promise((resolve) => setImmediate(resolve));
      started = performance.now();
    }
    if (done) return value;
  }
}

/** Up to so many bytes a message is read at once. */
const SHORT = 4096;

/**
 * Reads messages from a client and answers them, one after another. A message that cannot be understood
 * ends this connection and nothing else.
 */
export function serveConnection(socket: Pipe, handle: Handler, traffic: Traffic): void {
  let pending: Buffer[] = [];
  let size = 0;
  let busy = false;
  const waiting: Buffer[] = [];

  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (let message = waiting.shift(); message; message = waiting.shift()) {
      const reader = reading(message);
      const request = message.length <= SHORT ? new Gradual(reader).whole : await read(reader);
      traffic.bytesIn += message.length;
      traffic.numRequests++;
      const answer = await handle(request.body);
      if (request.silent || socket.destroyed) continue;
      const bytes = formatAnswer(request, answer);
      traffic.bytesOut += bytes.length;
      socket.write(bytes);
    }
    busy = false;
  };

  const close = (error: unknown): void => {
    busy = true;
    socket.destroy(error instanceof ProtocolError ? undefined : (error as Error));
  };

  const take = (): void => {
    for (;;) {
      if (pending.length > 1 && (pending[0] as Buffer).length < 4) pending = [Buffer.concat(pending)];
      const first = pending[0];
      const wanted = first && sizeOfMessage(first);
      if (wanted === undefined || size < wanted) return;
      const all = pending.length === 1 ? (first as Buffer) : Buffer.concat(pending);
      waiting.push(all.subarray(0, wanted));
      size -= wanted;
      pending = size > 0 ? [all.subarray(wanted)] : [];
    }
  };

  socket.on('data', (chunk: Buffer) => {
    pending.push(chunk);
    size += chunk.length;
    try {
      take();
      work().catch(close);
    } catch (error) {
      close(error);
    }
  });
  socket.on('error', () => socket.destroy());
}
