import type { Database } from '../connection.ts';
import { distributed, namespaceOf } from './decisions.ts';

/** How a cluster is set up, as far as it concerns an installation. */
export interface ClusterState {
  /** Each shard with the zones that it is in. */
  readonly shards: ReadonlyMap<string, readonly string[]>;
  /** The sharded namespaces, each with its key as JSON. */
  readonly keys: ReadonlyMap<string, string>;
  /** The ranges that are in a zone. */
  readonly ranges: readonly { readonly ns: string; readonly from: unknown; readonly zone: string }[];
}

/** The cluster behind a mongos, or undefined where the server is none. */
export async function stateOf(database: Database): Promise<ClusterState | undefined> {
  const { client } = database;
  const admin = client.db('admin');
  const { msg } = await admin.command({ hello: 1 });
  if (msg !== 'isdbgrid') return undefined;
  const { shards } = (await admin.command({ listShards: 1 })) as {
    shards: { _id: string; tags?: string[] }[];
  };
  const namespaces = distributed.map((name) => namespaceOf(database, name));
  const config = client.db('config');
  const collections = await config
    .collection<{ _id: string; key: object; unsplittable?: boolean }>('collections')
    .find({ _id: { $in: namespaces } })
    .toArray();
  const tags = await config
    .collection<{ ns: string; min: { tenantId?: unknown }; tag: string }>('tags')
    .find({ ns: { $in: namespaces } })
    .toArray();
  return {
    shards: new Map(shards.map(({ _id, tags: zones = [] }) => [_id, zones])),
    // From MongoDB 8 on a collection that is not sharded may be listed too.
    keys: new Map(
      collections.flatMap(({ _id, key, unsplittable }) => (unsplittable ? [] : [[_id, JSON.stringify(key)]])),
    ),
    ranges: tags.map(({ ns, min, tag }) => ({ ns, from: min.tenantId, zone: tag })),
  };
}
