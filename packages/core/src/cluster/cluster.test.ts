import { newDatabaseName } from '@paper-circe/testing';
import { startMongos, type Mongos } from '@paper-circe/testing/mongos';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ensureIndexes,
  installationCollections,
  openDatabase,
  tenantCollections,
  type Database,
} from '../database.ts';
import { acrossTenants } from '../firewall.ts';
import type { TenantScope } from '../tenancy.ts';
import * as tenants from '../tenants/index.ts';
import { openPlatform } from '../tenants/read.ts';
import { newClinic, testDatabase } from '../testing/index.ts';
import { decisions, distributed, isUnenforceable } from './decisions.ts';
import { apply, plan } from './index.ts';

const held = testDatabase();
let mongos: Mongos;
let database: Database;
let clinic: TenantScope;
beforeAll(async () => {
  mongos = await startMongos(['shard1', 'shard2']);
  database = await openDatabase({ uri: mongos.uri, name: newDatabaseName() });
  await ensureIndexes(database);
  clinic = await newClinic(database);
});
afterAll(async () => {
  await database.close();
  await mongos.close();
});

test('every collection has been decided on, and one that is distributed has only indexes that a cluster can enforce', () => {
  const known = [...tenantCollections.map(({ name }) => name), ...installationCollections];
  expect(Object.keys(decisions).sort()).toEqual(known.sort());
  for (const { name, indexes } of tenantCollections) {
    expect(indexes.some(isUnenforceable), name).toBe(!distributed.includes(name));
    // The one that the shard key itself needs.
    const ofTheKey = indexes.filter((index) => Object.entries(index.key)[0]?.join() === 'tenantId,1');
    expect(
      ofTheKey.some((index) => !index.sparse && !index.partialFilterExpression),
      name,
    ).toBe(true);
  }
});

test('a plan changes nothing and needs no cluster, which only its being carried out does', async () => {
  const { isCluster, steps, unsharded } = await plan(held.database);
  expect(isCluster).toBe(false);
  const namespace = `${held.database.db.databaseName}.bookings`;
  expect(steps).toContainEqual({
    command: { shardCollection: namespace, key: { tenantId: 1 } },
    isDone: false,
  });
  expect(unsharded).toContainEqual({
    collection: 'users',
    why: expect.stringContaining('email_1_tenantId_1') as string,
  });
  await expect(apply(held.database)).rejects.toMatchObject({
    code: 'VALIDATION',
    message: expect.stringContaining('isdbgrid') as string,
  });
});

test('a cluster is set up by the commands of the plan, once, and a clinic goes to another shard', async () => {
  const { tenantId, slug } = { tenantId: clinic.tenantId, slug: clinic.tenant.slug };
  const onShard = (shard: string) => [{ slug, shard }];
  const planned = await plan(database, onShard('shard2'));
  expect(planned.isCluster).toBe(true);
  expect(mongos.commands).toEqual([]);
  const sent: object[] = [];
  expect(await apply(database, onShard('shard2'), (command) => sent.push(command))).toBe(
    planned.steps.length,
  );
  expect(mongos.commands).toEqual(planned.steps.map(({ command }) => command));
  expect(sent).toEqual(mongos.commands);
  expect(mongos.commands).toContainEqual({
    updateZoneKeyRange: `${database.db.databaseName}.bookings`,
    min: { tenantId },
    max: { tenantId: `${tenantId}0` },
    zone: slug,
  });
  expect(await apply(database, onShard('shard2'))).toBe(0);
  expect((await plan(database, onShard('shard2'))).steps.every(({ isDone }) => isDone)).toBe(true);
  expect(await apply(database, onShard('shard1'))).toBe(2);
  expect(mongos.commands.slice(-2)).toEqual([
    { addShardToZone: 'shard1', zone: slug },
    { removeShardFromZone: 'shard2', zone: slug },
  ]);
  const renamed = `${slug}-baru`;
  await tenants.update(openPlatform(database, { kind: 'system', name: 'test' }), clinic.tenant.id, {
    slug: renamed,
  });
  expect(await apply(database, [{ slug: renamed, shard: 'shard1' }])).toBe(0);
  expect(await apply(database, [{ slug: renamed, shard: 'shard2' }])).toBe(2);
  expect(mongos.commands.at(-1)).toEqual({ removeShardFromZone: 'shard1', zone: slug });
});

test('what is not there, said twice or set up otherwise is refused before anything is sent', async () => {
  const { slug } = clinic.tenant;
  const before = mongos.commands.length;
  const refused = (code: string, ...zones: { slug: string; shard: string }[]) =>
    expect(apply(database, zones)).rejects.toMatchObject({ code });
  await refused('NOT_FOUND', { slug: 'nobody', shard: 'shard1' });
  await refused('NOT_FOUND', { slug, shard: 'shard9' });
  await refused('VALIDATION', { slug, shard: 'shard1' }, { slug, shard: 'shard2' });
  const patients = database.db.collection('patients');
  await acrossTenants('this test', () => patients.createIndex({ email: 1 }, { unique: true, sparse: true }));
  await refused('ILLEGAL_TRANSITION');
  await acrossTenants('this test', () => patients.dropIndex('email_1'));
  await using other = await openDatabaseBeside();
  const key = { shardCollection: `${other.db.databaseName}.staff`, key: { tenantId: 'hashed' } };
  await acrossTenants('this test', () => other.client.db('admin').command(key));
  await expect(plan(other)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect(mongos.commands.length).toBe(before + 1);
});

async function openDatabaseBeside() {
  const other = await openDatabase({ uri: mongos.uri, name: newDatabaseName() });
  return { ...other, [Symbol.asyncDispose]: () => other.close() };
}
