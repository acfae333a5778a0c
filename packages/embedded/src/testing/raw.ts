import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { decode } from '../bson/decode.ts';
import { encode, type Answer } from '../bson/encode.ts';
import type { Doc } from '../bson/types.ts';

/** A client of the protocol alone, for what a driver would never send. */
export class RawClient {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake?.();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.#wake?.();
    });
  }

  static async connect(uri: string): Promise<RawClient> {
    const host = decodeURIComponent(
      new URL(uri.replace('mongodb:', 'http:').replace(/\/\/%2F[^/]+/i, '//socket')).host,
    );
    const path = /\/\/(%2F[^/?]+)/i.exec(uri)?.[1];
    const [name, port] = host.split(':');
    const socket = path ? connect(decodeURIComponent(path)) : connect(Number(port), name);
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  async command(body: Record<string, Answer>): Promise<Doc> {
    const message = formatMsg(encode({ ...body, $db: body['$db'] ?? 'test' }));
    this.socket.write(message);
    const answer = await this.message();
    return decode(answer.subarray(21));
  }

  async message(): Promise<Buffer> {
    for (;;) {
      const size = this.#received.length >= 4 ? this.#received.readInt32LE(0) : Infinity;
      if (this.#received.length >= size) {
        const message = this.#received.subarray(0, size);
        this.#received = this.#received.subarray(size);
        return message;
      }
      if (this.closed) throw new Error('the connection was closed');
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  close(): void {
    this.socket.destroy();
  }
}

export function formatMsg(body: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(21);
  head.writeInt32LE(21 + body.length, 0);
  head.writeInt32LE(1, 4);
  head.writeInt32LE(2013, 12);
  head.writeUInt32LE(flags, 16);
  return Buffer.concat([head, body]);
}
