// The commands of MongoDB's manual by which a cluster is set up, each for the admin database of a mongos.
import type { Database } from '../connection.ts';
import { illegalState, notFound } from '../errors.ts';
import { distributed, namespaceOf, shardKey } from './decisions.ts';
import type { ClusterState } from './state.ts';

/** A command, as the admin database takes it. */
export type AdminCommand =
  | { readonly shardCollection: string; readonly key: { readonly tenantId: 1 } }
  | { readonly addShardToZone: string; readonly zone: string }
  | { readonly removeShardFromZone: string; readonly zone: string }
  | {
      readonly updateZoneKeyRange: string;
      readonly min: { readonly tenantId: string };
      readonly max: { readonly tenantId: string };
      readonly zone: string;
    };

/** One step of the setting up. */
export interface Step {
  readonly command: AdminCommand;
  /** Whether the cluster is so already. */
  readonly isDone: boolean;
}

/** A clinic that has a shard of its own choice. */
export interface ZonedClinic {
  readonly id: string;
  readonly slug: string;
  readonly shard: string;
}

/** @throws ILLEGAL_TRANSITION when a collection is sharded by another key */
export function shardingSteps(database: Database, state: ClusterState | undefined): Step[] {
  return distributed.map((name) => {
    const namespace = namespaceOf(database, name);
    const key = state?.keys.get(namespace);
    if (key !== undefined && key !== JSON.stringify(shardKey))
      throw illegalState('collection', `sharded by ${key} (${namespace})`, 'sharded by tenantId');
    return { command: { shardCollection: namespace, key: shardKey }, isDone: key !== undefined };
  });
}

/**
 * Everything of a clinic lies in its zone, which is one shard. The shard comes into the zone before another one leaves
 * it: a range without a shard would be refused. The zone has the slug that the clinic had when it was first put
 * somewhere: a range cannot be given to another zone while it has one.
 * @throws NOT_FOUND when the cluster has no such shard
 */
export function zoneSteps(
  database: Database,
  state: ClusterState | undefined,
  { id, slug, shard }: ZonedClinic,
): Step[] {
  if (state && !state.shards.has(shard)) throw notFound(`shard (${shard})`);
  const zone = state?.ranges.find(({ from }) => from === id)?.zone ?? slug;
  const others = [...(state?.shards ?? [])].filter(([name, zones]) => name !== shard && zones.includes(zone));
  return [
    { command: { addShardToZone: shard, zone }, isDone: state?.shards.get(shard)?.includes(zone) ?? false },
    ...distributed.map((name): Step => {
      const ns = namespaceOf(database, name);
      // No other id lies between an id and the same with one more digit.
      const command = { updateZoneKeyRange: ns, min: { tenantId: id }, max: { tenantId: `${id}0` }, zone };
      const isDone =
        state?.ranges.some((one) => one.ns === ns && one.from === id && one.zone === zone) ?? false;
      return { command, isDone };
    }),
    ...others.map(([name]): Step => ({ command: { removeShardFromZone: name, zone }, isDone: false })),
  ];
}
