export interface EmbeddedOptions {
  /** The data file, made with its folder when it is not there; ':memory:' keeps nothing. */
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

/** What the server answers to whoever writes while its disk takes nothing. */
export interface Refused {
  /** `OutOfDiskSpace`, or `FileStreamFailed` for a disk that is read-only or has failed. */
  readonly codeName: string;
  readonly message: string;
}

export interface EmbeddedServer {
  /** A connection string that MongoClient takes as it is. */
  readonly uri: string;
  readonly file: string;
  /** Copies the data, as it is at one moment, to another file, while the server goes on. */
  backup(file: string): Promise<void>;
  /** Why the disk refused the last write, full, read-only or failed, as whoever wrote was told; undefined when it took it. */
  refused(): Promise<Refused | undefined>;
  close(): Promise<void>;
}
