import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import * as audit from '../public-audit.ts';
import { backupsOf } from '../backup/collection.ts';
import type { Database } from '../connection.ts';
import { acrossTenants } from '../firewall.ts';
import { migrate } from '../migrations/index.ts';
import * as patients from '../patients/index.ts';
import { scopeOf, type TenantScope } from '../tenancy.ts';
import * as tenants from '../tenants/index.ts';
import { hashesOf, places } from '../testing/backups.ts';
import { died } from '../testing/died.ts';
import { newPractice, testDatabase } from '../testing/index.ts';
import { differentIndexes } from './compare.ts';
import { move, reopen, watch, type MoveOptions } from './index.ts';
import { leave } from './note.ts';

const held = testDatabase();
const { open } = places();
const raw = <Result>(work: () => Promise<Result>) => acrossTenants('this test', work);

let clinic: TenantScope;
let hashes: Record<string, string>;
beforeAll(async () => {
  await migrate(held.database);
  ({ clinic } = await newPractice(held.database));
  for (let n = 0; n < 5; n++)
    await patients.register(clinic, { name: `Sri ${n}`, phone: `0812-0000-100${n}` });
  hashes = await hashesOf(held.database);
});
afterEach(() => reopen(held.database, actor));

const actor = { kind: 'system', name: 'test' } as const;
const options = { to: 'mongodb://new.example', alone: true } as const;
const moved = (target: Database, more: Partial<MoveOptions> = {}) =>
  move(held.database, target, actor, { ...options, ...more });
const unavailable = (what: string) => ({
  code: 'UNAVAILABLE',
  message: expect.stringContaining(what) as string,
});
/** What an audit says of moves. */
const toldIn = async (scope: TenantScope) =>
  (await audit.find(scope, { action: 'moves.move' })).items.map(({ changes }) => changes);
const saysItIsIncomplete = (database: Database) =>
  expect(migrate(database)).rejects.toMatchObject(unavailable('filled'));

test('an installation is at the new place as it was, in every type and with every index, and the old one is closed; and so is the way back', async () => {
  const target = await open();
  const tried = await moved(target, { dryRun: true });
  expect(await hashesOf(target)).toEqual({});
  const said = new Set<string>();
  const done = await moved(target, { onProgress: (what) => said.add(what) });
  expect(await hashesOf(target)).toEqual(hashes);
  expect(done).toMatchObject({ to: options.to, documents: tried.documents });
  expect([...said]).toEqual(expect.arrayContaining(['bookings', 'indexes', 'compared']));
  expect(await migrate(target)).toEqual({ ran: [], problems: [] });
  await expect(migrate(held.database)).rejects.toMatchObject(
    unavailable('has moved to mongodb://new.example'),
  );

  for (const database of [held.database, target]) {
    expect(await toldIn(tenants.openPlatform(database, actor))).toEqual([{ place: { to: options.to } }]);
    expect(await toldIn(scopeOf(database, clinic.tenant, actor))).toEqual([{}]);
  }

  const back = { to: 'the old file', alone: true };
  await expect(move(target, held.database, actor, back)).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
  });
  await move(target, held.database, actor, { ...back, replace: true });
  expect(await hashesOf(held.database)).toEqual(hashes);
  expect(await migrate(held.database)).toEqual({ ran: [], problems: [] });
  await expect(moved(await open(target.db.databaseName))).rejects.toMatchObject({
    code: 'ILLEGAL_TRANSITION',
  });
  await expect(move(target, await open(), actor, options)).rejects.toMatchObject(
    unavailable('has moved to the old file'),
  );
  expect(await reopen(target, actor)).toBe('the old file');
  expect(await reopen(target, actor)).toBeUndefined();
});

test('who writes to the old place meanwhile keeps what was acknowledged: the move fails', async () => {
  const target = await open();
  let written: ReturnType<typeof patients.register> | undefined;
  const onProgress = (what: string) => {
    if (what === 'compared') written ??= patients.register(clinic, { name: 'Late', phone: '0812-0000-2000' });
  };
  await expect(moved(target, { onProgress })).rejects.toMatchObject(unavailable('Somebody wrote'));
  await saysItIsIncomplete(target);
  expect(await migrate(held.database)).toEqual({ ran: [], problems: [] });
  const { id } = (await written)!;
  expect(await patients.get(clinic, id)).toMatchObject({ name: 'Late' });
  hashes = await hashesOf(held.database);
});

test('a copy that is not the same is no move', async () => {
  const target = await open();
  const sri = { $and: [{ tenantId: clinic.tenantId }, { name: 'Sri 1' }] };
  let spoiling: Promise<unknown> | undefined;
  const onProgress = (what: string) => {
    if (what === 'indexes')
      spoiling ??= target.db.collection('patients').updateOne(sri, { $set: { name: 'Sri 2' } });
  };
  await expect(moved(target, { onProgress })).rejects.toThrow('patients is not at the new place');
  await spoiling;
  await saysItIsIncomplete(target);
  expect(await migrate(held.database)).toEqual({ ran: [], problems: [] });
});

test('an index is the same whatever a server adds to it, and another one in any other way', () => {
  const index = { key: { tenantId: 1, startAt: 1 }, name: 'a' } as const;
  expect(differentIndexes([index], [{ ...index, v: 2, unique: false }])).toEqual([]);
  for (const other of [{ ...index, unique: true }, { ...index, key: { startAt: 1, tenantId: 1 } } as const])
    expect(differentIndexes([index], [other])).toEqual(['a']);
  expect(differentIndexes([index], [])).toEqual(['a']);
});

test('what cannot be moved is refused before anything is written', async () => {
  const target = await open();
  const refused = async (code: string, more: Partial<MoveOptions> = {}) => {
    for (const dryRun of [true, false])
      await expect(moved(target, { ...more, dryRun })).rejects.toMatchObject({ code });
  };
  await raw(() => target.db.collection('somebodys').insertOne({}));
  await refused('ILLEGAL_TRANSITION');
  await expect(moved(held.database, { replace: true })).rejects.toMatchObject({ code: 'VALIDATION' });
  const lease = {
    _id: 'lease',
    owner: 'a server',
    until: new Date(held.clock.now.getTime() + 60_000),
  } as const;
  await raw(() => backupsOf(held.database).insertOne(lease));
  await refused('UNAVAILABLE', { replace: true });
  await raw(() => backupsOf(held.database).deleteOne({ _id: 'lease' }));
  const sri = { $and: [{ tenantId: clinic.tenantId }, { name: 'Sri 1' }] };
  await raw(() => held.database.db.collection('patients').updateOne(sri, { $set: { version: 99 } }));
  await refused('UNAVAILABLE', { replace: true });
  await raw(() => held.database.db.collection('patients').updateOne(sri, { $set: { version: 1 } }));
  expect(Object.keys(await hashesOf(target))).toEqual(['somebodys']);
  expect(await hashesOf(held.database)).toEqual(hashes);
});

const deaths = [
  { when: 'while it copies', before: ['patients', 3], isHere: true },
  // What the new place held goes first; that it is incomplete goes last.
  { when: 'between its last two writes', before: ['delete', 2], isHere: false },
] as const;
test.for(deaths)(
  'who moves it and dies $when loses nothing, and the same command moves it',
  async ({ before, isHere }) => {
    const target = await open();
    const subject = target.db.databaseName;
    const { signal } = await died('move', held.database, { subject, before });
    expect(signal).toBe('SIGKILL');
    const closed = isHere ? 'is being moved' : `has moved to ${subject}`;
    await expect(migrate(held.database)).rejects.toMatchObject(unavailable(closed));
    // Their leases would run out in half a minute.
    for (const { db } of [held.database, target])
      await raw(() =>
        db
          .collection('migrations')
          .updateMany({ until: { $exists: true } }, { $set: { until: new Date(0) } }),
      );
    if (isHere) expect(await migrate(held.database)).toEqual({ ran: [], problems: [] });
    await saysItIsIncomplete(target);
    if (!isHere) await expect(moved(await open())).rejects.toMatchObject(unavailable(closed));
    await moved(target);
    expect(await hashesOf(target)).toEqual(hashes);
    expect(await migrate(target)).toEqual({ ran: [], problems: [] });
    await expect(moved(target)).rejects.toMatchObject(unavailable('has moved to'));
  },
);

test('a server on the place that is left is told once where it goes', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const told: string[] = [];
    const watching = watch(held.database, (to) => told.push(to));
    const note = await raw(() => leave(held.database, actor, options.to));
    vi.advanceTimersByTime(5_000);
    await expect.poll(() => told).toEqual([options.to]);
    vi.advanceTimersByTime(5_000);
    await raw(() => note.giveUp());
    watching.stop();
    expect(told).toEqual([options.to]);
  } finally {
    vi.useRealTimers();
  }
});
