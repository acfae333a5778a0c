import { EventEmitter } from 'node:events';
import net from 'node:net';
import { Duplex } from 'node:stream';
import type { Pipe } from './connection.ts';
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

/** The client's end of a connection, which has what the driver expects of a socket. */
class ClientEnd extends Duplex {
  #server: ServerEnd | undefined;

  constructor() {
    super({ allowHalfOpen: false });
    this.#server = new ServerEnd(this);
  }

  get server(): ServerEnd {
    return this.#server as ServerEnd;
  }

  override _read(): void {
    // What the server answers is pushed as it comes.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    pass(() => {
      this.#server?.emit('data', chunk);
      done();
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const server = this.#server;
    this.#server = undefined;
    server?.destroy();
    done(error);
  }

  /** The server has gone. What it has answered before can still be read. */
  left(): void {
    if (this.#server) this.push(null);
    this.#server = undefined;
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

/** The server's end, which is no stream: a client asks again when it has read the answer, so that nothing piles up. */
class ServerEnd extends EventEmitter implements Pipe {
  destroyed = false;
  readonly #client: ClientEnd;
  readonly #answers: Buffer[] = [];

  constructor(client: ClientEnd) {
    super();
    this.#client = client;
  }

  write(answer: Buffer): void {
    if (this.#answers.push(answer) === 1) pass(this.#answer);
  }

  readonly #answer = (): void => {
    for (const answer of this.#answers.splice(0)) this.#client.push(answer);
    if (this.destroyed) this.#client.left();
  };

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    if (this.#answers.length === 0) this.#client.left();
    process.nextTick(() => this.emit('close'));
  }
}

/** Listens for clients of this process only. */
export function listenInProcess(serve: Serve): Listening {
  const path = `/in-process/${process.pid}-${next++}.sock`;
  const open = new Set<Pipe>();
  let connections = 1;
  servers.set(path, () => {
    const client = new ClientEnd();
    const { server } = client;
    open.add(server);
    server.on('close', () => open.delete(server));
    serve(server, connections++);
    process.nextTick(() => client.emit('connect'));
    return client;
  });
  teach();
  return {
    host: encodeURIComponent(path),
    address: path,
    connections: () => open.size,
    close() {
      servers.delete(path);
      for (const end of open) end.destroy();
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
