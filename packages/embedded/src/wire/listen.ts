import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, Socket, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pipe } from './connection.ts';

export interface Listening {
  /** As it stands in a connection string. */
  host: string;
  /** As hello tells it. */
  address: string;
  connections(): number;
  close(): Promise<void>;
}

/** Takes a connection, which gets a number. */
export type Serve = (stream: Pipe, id: number) => void;

/** Where a client is: a unix socket and memory have no address of their own. */
export const addressOf = (stream: Pipe): string =>
  stream instanceof Socket && stream.remoteAddress
    ? `${stream.remoteAddress}:${stream.remotePort ?? 0}`
    : 'anonymous unix socket';

/** Listens on 127.0.0.1 when a port is given, else on a socket in a folder that only this user can open. */
export async function listen(port: number | undefined, serve: Serve): Promise<Listening> {
  const sockets = new Set<Socket>();
  let next = 1;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, next++);
  });
  const bySocket = port === undefined && process.platform !== 'win32';
  const folder = bySocket ? mkdtempSync(join(tmpdir(), 'embedded-')) : undefined;
  const path = folder && join(folder, 'mongodb.sock');
  const cleanUp = (): void => {
    if (folder) rmSync(folder, { recursive: true, force: true });
  };
  if (folder) process.on('exit', cleanUp);
  await started(server, path ?? port ?? 0);
  const bound = server.address();
  const address = path ?? `127.0.0.1:${bound && typeof bound === 'object' ? bound.port : 0}`;
  return {
    host: path ? encodeURIComponent(path) : address,
    address,
    connections: () => sockets.size,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      process.off('exit', cleanUp);
      cleanUp();
    },
  };
}

function started(server: Server, where: string | number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const done = (): void => {
      server.off('error', reject);
      resolve();
    };
    if (typeof where === 'string') server.listen(where, done);
    else server.listen(where, '127.0.0.1', done);
  });
}
