import net from 'node:net';
import { Duplex } from 'node:stream';
import type { Listening, Serve } from './listen.ts';

/**
 * Connections that stay in memory. The driver offers no place to hand it a stream, but opens every one with
 * `net.createConnection`: this teaches that function paths that lead to a server of this process. Every
 * other connection goes on as before.
 */
const servers = new Map<string, () => Duplex>();
let next = 1;
let original: typeof net.createConnection | undefined;

const MOST_OF_A_TURN = 5;
/** When messages began to be passed in this turn of the event loop. */
let turn: number | undefined;

/** Passes a message on: at once, but a chain of questions and answers, which is never idle, lets others run in between. */
function pass(message: () => void): void {
  if (turn === undefined) {
    turn = performance.now();
    setImmediate(() => (turn = undefined));
  }
  if (performance.now() - turn < MOST_OF_A_TURN) message();
  else setImmediate(message);
}

/** One end of a connection: what is written to it is read at its peer. It has what the driver expects of a socket. */
class MemorySocket extends Duplex {
  #peer: MemorySocket | undefined;
  /** Called when the peer has room for more than was written last. */
  #drained: (() => void) | undefined;

  static pair(): [MemorySocket, MemorySocket] {
    const [one, other] = [
      new MemorySocket({ allowHalfOpen: false }),
      new MemorySocket({ allowHalfOpen: false }),
    ];
    one.#peer = other;
    other.#peer = one;
    return [one, other];
  }

  override _read(): void {
    if (this.#peer) this.#peer.#goOn();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    pass(() => {
      if (!this.#peer || this.#peer.push(chunk)) done();
      else this.#drained = done;
    });
  }

  #goOn(): void {
    const drained = this.#drained;
    this.#drained = undefined;
    drained?.();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#peer) this.#peer.#leave();
    this.#leave();
    done(error);
  }

  /** What has been written before the other end went away can still be read. */
  #leave(): void {
    if (!this.#peer) return;
    this.#peer = undefined;
    this.push(null);
    this.#goOn();
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
    const [ours, theirs] = MemorySocket.pair();
    open.add(ours);
    ours.on('close', () => open.delete(ours));
    serve(ours, connections++);
    process.nextTick(() => theirs.emit('connect'));
    return theirs;
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
