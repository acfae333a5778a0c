import { openServer } from './commands/server.ts';
import { dispatch } from './commands/dispatch.ts';
import { serveConnection } from './wire/connection.ts';
import { listenInProcess } from './wire/in-process.ts';
import { listen, type Serve } from './wire/listen.ts';

export interface EmbeddedOptions {
  /** The data file, made when it is not there; ':memory:' keeps nothing. */
  file: string;
  /** A port of 127.0.0.1, 0 for any. Without it a unix socket that only this user can open; on Windows any port. */
  port?: number;
  /** Instead of a socket: connections that stay in memory, the fastest, for clients of this process only. */
  inProcess?: boolean;
  /**
   * 'full' (the default): an acknowledged write is on disk. 'relaxed': the last moments may be lost with the
   * machine's power, never with the process.
   */
  durability?: 'full' | 'relaxed';
  /** The time that $$NOW and $currentDate see, and by which documents, cursors, sessions and transactions expire. */
  clock?: () => Date;
  /** How many bytes one sort or group may hold before it goes on in a temporary file; 100 MiB when not given. */
  memory?: number;
}

export interface EmbeddedServer {
  /** A connection string that MongoClient takes as it is. */
  readonly uri: string;
  readonly file: string;
  /** Copies the data, as it is at one moment, to another file, while the server goes on. */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a server of MongoDB's wire protocol in this process, on one SQLite file that it holds alone.
 * @throws when the file is in use, is not ours, or was written by a newer version
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { file, port, inProcess = false, durability = 'full', clock = () => new Date(), memory } = options;
  if (inProcess && port !== undefined) throw new Error('a server in the process has no port');
  const server = openServer(file, durability, clock, memory);
  try {
    const serve: Serve = (stream, id) => serveConnection(stream, (body) => dispatch(server, id, body));
    const listening = inProcess ? listenInProcess(serve) : await listen(port, serve);
    server.address = listening.address;
    server.connections = listening.connections;
    let closing: Promise<void> | undefined;
    return {
      uri: `mongodb://${listening.host}/?directConnection=true`,
      file: server.store.file.path,
      backup: (to) => server.store.backup(to),
      close: () => (closing ??= listening.close().then(() => server.close())),
    };
  } catch (error) {
    server.close();
    throw error;
  }
}

export { startInWorker } from './worker.ts';
