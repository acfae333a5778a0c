import { MongoServerError } from 'mongodb';
import type { Database } from '../connection.ts';
import { translated } from '../driver-errors.ts';
import { CirceError, illegalState, invalid, notFound } from '../errors.ts';
import { acrossTenants } from '../firewall.ts';
import { findBySlug } from '../tenants/read.ts';
import { decisions, distributed, isUnenforceable } from './decisions.ts';
import { stateOf, type ClusterState } from './state.ts';
import { shardingSteps, zoneSteps, type AdminCommand, type Step, type ZonedClinic } from './steps.ts';

/** Where a large clinic is to lie: its slug, and the name of a shard. */
export interface Zone {
  readonly slug: string;
  readonly shard: string;
}

/** What a sharded cluster needs for an installation. */
export interface Plan {
  /** Whether the database is behind a mongos; without one nothing is known to be done. */
  readonly isCluster: boolean;
  readonly steps: readonly Step[];
  /** What stays on one shard, and why. */
  readonly unsharded: readonly { readonly collection: string; readonly why: string }[];
}

/**
 * Says how a sharded cluster is set up for an installation: which collections are distributed by tenant, which clinics
 * lie on a shard of their own, and what stays where it is. Changes nothing, and needs no cluster.
 * @throws NOT_FOUND when there is no such clinic, or the cluster has no such shard
 * @throws VALIDATION when a clinic is named twice
 * @throws ILLEGAL_TRANSITION when a collection is sharded by another key, or has a unique index that none can enforce
 * @throws FORBIDDEN when the user may not look at the cluster
 * @throws UNAVAILABLE when the database does not answer
 */
export async function plan(database: Database, zones: readonly Zone[] = []): Promise<Plan> {
  return answered(() => planned(database, zones));
}

/**
 * Sets a cluster up as {@link plan} says, and leaves out what is done already: safe to run twice, or to stop and run
 * again. The balancer moves the documents afterwards.
 * @param onStep told each command before it is sent
 * @returns how many commands were sent
 * @throws VALIDATION when the server is no mongos, or a clinic is named twice
 * @throws NOT_FOUND when there is no such clinic, or the cluster has no such shard
 * @throws ILLEGAL_TRANSITION when a collection is sharded by another key, or has a unique index that none can enforce
 * @throws FORBIDDEN when the user may not set up the cluster
 * @throws UNAVAILABLE when the database does not answer
 */
export async function apply(
  database: Database,
  zones: readonly Zone[] = [],
  onStep?: (command: AdminCommand) => void,
): Promise<number> {
  return answered(async () => {
    const { isCluster, steps } = await planned(database, zones);
    if (!isCluster)
      throw invalid(
        'uri',
        'This server is no mongos of a sharded cluster: its hello does not say "isdbgrid".',
      );
    const waiting = steps.filter(({ isDone }) => !isDone);
    for (const { command } of waiting) {
      onStep?.(command);
      await database.client.db('admin').command(command);
    }
    return waiting.length;
  });
}

async function answered<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await acrossTenants('cluster', work);
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== unauthorized) throw translated(error);
    const message =
      'This user may not set up the cluster: he needs the role clusterManager, and readWrite here.';
    throw new CirceError('FORBIDDEN', message, { needs: 'clusterManager' }, error);
  }
}

const unauthorized = 13;

async function planned(database: Database, zones: readonly Zone[]): Promise<Plan> {
  const clinics = await Promise.all(zones.map((zone) => clinicOf(database, zone)));
  const twice = zones.find(({ slug }, at) => zones.findIndex((one) => one.slug === slug) !== at);
  if (twice) throw invalid('zone', `${twice.slug} has two shards.`);
  await assertEnforceable(database);
  const state: ClusterState | undefined = await stateOf(database);
  return {
    isCluster: state !== undefined,
    steps: [
      ...shardingSteps(database, state),
      ...clinics.flatMap((clinic) => zoneSteps(database, state, clinic)),
    ],
    unsharded: Object.entries(decisions).flatMap(([collection, decision]) =>
      decision === 'distributed' ? [] : [{ collection, why: decision.stays }],
    ),
  };
}

async function clinicOf(database: Database, { slug, shard }: Zone): Promise<ZonedClinic> {
  const clinic = await findBySlug(database, slug);
  if (!clinic) throw notFound(`clinic (${slug})`);
  return { id: clinic.id, slug, shard };
}

/** Ours are all enforceable; somebody may have made others. */
async function assertEnforceable({ db }: Database): Promise<void> {
  const listed = await db.listCollections({ name: { $in: [...distributed] } }, { nameOnly: true }).toArray();
  for (const { name } of listed) {
    const index = (await db.collection(name).indexes()).find(isUnenforceable);
    if (index) throw illegalState('collection', `unique by ${index.name} (${name})`, 'sharded by tenantId');
  }
}
