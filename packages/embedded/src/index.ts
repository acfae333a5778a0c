import { openServer } from './commands/server.ts';
import { dispatch } from './commands/dispatch.ts';
import { serveConnection } from './wire/connection.ts';
import { listen } from './wire/listen.ts';

export interface EmbeddedOptions {
  /** The data file, made when it is not there; ':memory:' keeps nothing. */
  file: string;
  /** A port of 127.0.0.1, 0 for any. Without it a unix socket that only this user can open; on Windows any port. */
  port?: number;
  /**
   * 'full' (the default): an acknowledged write is on disk. 'relaxed': the last moments may be lost with the
   * machine's power, never with the process.
   */
  durability?: 'full' | 'relaxed';
  /** The time that $$NOW, $currentDate and TTL indexes see. */
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
  const server = openServer(
    options.file,
    options.durability ?? 'full',
    options.clock ?? (() => new Date()),
    options.memory,
  );
  try {
    const listening = await listen(options.port, (socket, id) =>
      serveConnection(socket, (body) => dispatch(server, id, body)),
    );
    server.address = listening.address;
    server.connections = listening.connections;
    let closing: Promise<void> | undefined;
    return {
      uri: `mongodb://${listening.host}/?directConnection=true`,
      file: server.store.file.path,
      backup: (file) => server.store.backup(file),
      close: () => (closing ??= listening.close().then(() => server.close())),
    };
  } catch (error) {
    server.close();
    throw error;
  }
}
