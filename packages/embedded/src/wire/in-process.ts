import net from 'node:net';
import { Duplex, duplexPair } from 'node:stream';
import type { Listening, Serve } from './listen.ts';

/**
 * Connections that stay in memory. The driver offers no place to hand it a stream, but opens every one with
 * `net.createConnection`: this teaches that function paths that lead to a server of this process. Every
 * other connection goes on as before.
 */
const servers = new Map<string, () => Duplex>();
let next = 1;
let original: typeof net.createConnection | undefined;

/** What the driver expects of a socket beside a stream. */
class MemorySocket extends Duplex {
  readonly #peer: Duplex;

  constructor(peer: Duplex) {
    super();
    this.#peer = peer;
    peer.on('data', (chunk: Buffer) => this.push(chunk));
    peer.on('close', () => this.destroy());
    process.nextTick(() => this.emit('connect'));
  }

  override _read(): void {
    // The peer pushes.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#peer.write(chunk, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#peer.destroy();
    done(error);
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }
}

/** Listens for clients of this process only. */
export function listenInProcess(serve: Serve): Listening {
  const path = `/in-process/${process.pid}-${next++}.sock`;
  const open = new Set<Duplex>();
  let connections = 1;
  servers.set(path, () => {
    const [ours, theirs] = duplexPair();
    open.add(ours);
    ours.on('close', () => open.delete(ours));
    serve(ours, connections++);
    return new MemorySocket(theirs);
  });
  teach();
  return {
    host: encodeURIComponent(path),
    address: path,
    connections: () => open.size,
    close() {
      servers.delete(path);
      for (const stream of open) stream.destroy();
      if (servers.size === 0) forget();
      return Promise.resolve();
    },
  };
}

function teach(): void {
  if (original) return;
  const before = (original = net.createConnection);
  net.createConnection = function (...options: Parameters<typeof net.createConnection>) {
    const [first] = options as unknown[];
    const path = typeof first === 'object' && first && 'path' in first ? first.path : first;
    const connect = typeof path === 'string' ? servers.get(path) : undefined;
    return connect ? (connect() as net.Socket) : before.apply(net, options);
  } as typeof net.createConnection;
}

function forget(): void {
  if (original) net.createConnection = original;
  original = undefined;
}
