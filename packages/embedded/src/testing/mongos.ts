// A server that says it is a mongos: what sets a cluster up is recorded and checked, and everything else is done by an
// embedded server. For programs that set up a cluster, where none is at hand.
import { deserialize, serialize } from 'bson';
import { encode, Raw, type Answer } from '../bson/encode.ts';
import { Binary, Double, Long, type Doc } from '../bson/types.ts';
import type { Client } from '../commands/context.ts';
import { dispatch, errorAnswer } from '../commands/dispatch.ts';
import { openServer } from '../commands/server.ts';
import { MongoError } from '../errors.ts';
import { serveConnection } from '../wire/connection.ts';
import { listen } from '../wire/listen.ts';
import { Cluster, type Plain } from './cluster.ts';

export interface Mongos {
  readonly uri: string;
  /** The commands that have changed the cluster, in their order. */
  readonly commands: readonly Plain[];
  close(): Promise<void>;
}

type Answers = Record<string, Answer>;
const ok = { ok: new Double(1) };

/** @param shards the names of its shards */
export async function startMongos(shards: readonly string[]): Promise<Mongos> {
  const server = openServer(':memory:', 'relaxed', () => new Date());
  let clients = 0;
  const newClient = (): Client => ({
    id: ++clients,
    uuid: new Binary(Buffer.alloc(16), Binary.SUBTYPE_UUID),
    address: 'this process',
  });
  const own = newClient();
  const cluster = new Cluster(shards, async (namespace) => {
    const [db = '', ...name] = namespace.split('.');
    const indexes = await dispatch(server, own, { listIndexes: name.join('.'), $db: db });
    const { cursor } = deserialize(encode(indexes));
    return (cursor as { firstBatch: Plain[] } | undefined)?.firstBatch ?? [];
  });

  const answer = async (client: Client, body: Doc | MongoError): Promise<Answers> => {
    if (body instanceof MongoError) return errorAnswer(body);
    const [name = ''] = Object.keys(body);
    const command = deserialize(encode(body as Answers)) as Plain;
    if (/^(hello|ismaster)$/i.test(name)) return asMongos(await dispatch(server, client, body));
    if (name === 'listShards') return { shards: encoded(cluster.shards()), ...ok };
    if (name === 'find' && command['$db'] === 'config')
      return found(String(command['find']), cluster.config(String(command['find'])));
    return (await cluster.does(name, command)) ? ok : dispatch(server, client, body);
  };

  const listening = await listen(undefined, (stream) => {
    const client = newClient();
    return serveConnection(stream, (body) => answer(client, body).catch(errorAnswer), server.counts.traffic);
  });
  return {
    uri: `mongodb://${listening.host}/?directConnection=true`,
    commands: cluster.commands,
    close: () => listening.close().then(() => server.close()),
  };
}

/** Without what only a member of a replica set says. */
function asMongos(hello: Answers): Answers {
  const ofMembers = /^(set|election|hosts|primary|secondary|me$|lastWrite$)/;
  const rest = Object.fromEntries(Object.entries(hello).filter(([field]) => !ofMembers.test(field)));
  return { ...rest, msg: 'isdbgrid' };
}

function found(name: string, documents: readonly Plain[]): Answers {
  return { cursor: { id: Long.ZERO, ns: `config.${name}`, firstBatch: encoded(documents) }, ...ok };
}

const encoded = (documents: readonly Plain[]) => documents.map((one) => new Raw(serialize(one)));
