import { UUID } from './bson/types.ts';
import { openServer } from './commands/server.ts';
import type { Client } from './commands/context.ts';
import { dispatch } from './commands/dispatch.ts';
import type { EmbeddedOptions, EmbeddedServer, Refused } from './options.ts';
import { serveConnection } from './wire/connection.ts';
import { listenInProcess } from './wire/in-process.ts';
import { addressOf, listen, type Serve } from './wire/listen.ts';

/**
 * Starts a server of MongoDB's wire protocol in this process, on one SQLite file that it holds alone.
 * @throws when the file is in use, is not ours, was written by a newer version, or cannot be written
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { file, port, inProcess = false, durability = 'full', clock = () => new Date(), memory } = options;
  if (inProcess && port !== undefined) throw new Error('a server in the process has no port');
  const server = openServer(file, durability, clock, memory);
  try {
    const serve: Serve = (stream, id) => {
      const client: Client = {
        id,
        uuid: new UUID().toBinary(),
        address: addressOf(stream),
        isHere: inProcess,
        gone: false,
      };
      // What it is given nobody gets, and what it waits for nobody wants.
      stream.on('close', () => {
        client.gone = true;
        server.cursors.closeWhere(({ user }) => user === client);
      });
      server.counts.connections = id;
      serveConnection(stream, (body) => dispatch(server, client, body), server.counts.traffic);
    };
    const listening = inProcess ? listenInProcess(serve) : await listen(port, serve);
    server.address = listening.address;
    server.connections = listening.connections;
    let closing: Promise<void> | undefined;
    return {
      uri: `mongodb://${listening.host}/?directConnection=true`,
      file: server.store.file.path,
      backup: (to) => server.store.backup(to),
      refused: () => Promise.resolve(refusedBy(server.store.group.refusal)),
      close: () => (closing ??= listening.close().then(() => server.close())),
    };
  } catch (error) {
    server.close();
    throw error;
  }
}

const refusedBy = (refusal?: Refused) => refusal && { codeName: refusal.codeName, message: refusal.message };

export type { EmbeddedOptions, EmbeddedServer, Refused } from './options.ts';
export { startInWorker } from './worker.ts';
