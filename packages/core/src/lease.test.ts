import { afterEach, expect, test } from 'vitest';
import { databaseUri, newDatabaseName } from '@paper-circe/testing';
import type { Database } from './connection.ts';
import { openDatabase } from './database.ts';
import { acrossTenants } from './firewall.ts';
import { hold, holder, leased, leaseMs, take } from './lease.ts';
import { leave, leavingOf } from './move/note.ts';
import { begin } from './transfer/staging.ts';

const raw = <Result>(work: () => Promise<Result>) => acrossTenants('this test', work);
const actor = { kind: 'system', name: 'test' } as const;
const tenantId = '65a000000000000000000001';

const opened: Database[] = [];
async function open(name: string, alone: boolean, clock?: () => Date): Promise<Database> {
  const database = await openDatabase({ uri: databaseUri(), name, alone, ...(clock && { clock }) });
  opened.push(database);
  return database;
}
afterEach(async () => {
  for (const database of opened.splice(0)) {
    await raw(() => database.db.dropDatabase());
    await database.close();
  }
});

const everyLease = ['migrations', 'backups', 'schedules'] as const;

test('whoever is alone with a database has at once what the process before it held, and that one writes no more', async () => {
  const name = newDatabaseName();
  await raw(async () => {
    const dead = await open(name, false);
    const tokens = await Promise.all(everyLease.map((what) => take(dead, what)));
    const note = await leave(dead, actor, 'elsewhere');
    await begin(dead, tenantId);

    const beside = await open(name, false);
    for (const what of everyLease) expect(await take(beside, what)).toBeUndefined();
    expect(await leavingOf(beside)).toEqual({ to: 'elsewhere', moved: false });
    await expect(begin(beside, tenantId)).rejects.toMatchObject({ code: 'CONFLICT_DUPLICATE' });

    const next = await open(name, true);
    for (const [n, what] of everyLease.entries()) {
      expect(await holder(next, what)).toBeUndefined();
      expect(await take(next, what)).toBe(tokens[n]! + 1);
      await expect(hold(dead, what, tokens[n]!)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    }
    expect(await leavingOf(next)).toBeUndefined();
    await leave(next, actor, 'another place');
    await expect(note.hold()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await begin(next, tenantId);
  });
});

test('what was taken by a clock that was a day ahead keeps nobody waiting until then, and one that is a minute ahead does', async () => {
  const now = new Date();
  for (const [ahead, isHeld] of [
    [24 * 60 * 60_000, false],
    [leaseMs, true],
  ] as const) {
    // prettier-ignore
    const name = newDatabaseName();
    await raw(async () => {
      const wrong = await open(name, false, () => new Date(now.getTime() + ahead));
      for (const what of everyLease) await take(wrong, what);
      await leave(wrong, actor, 'elsewhere');
      const right = await open(name, false, () => now);
      for (const what of everyLease) {
        expect((await holder(right, what)) !== undefined, what).toBe(isHeld);
        expect((await take(right, what)) === undefined, what).toBe(isHeld);
      }
      expect((await leavingOf(right)) !== undefined).toBe(isHeld);
    });
  }
});

test('of work that failed it is told why, also where its lease cannot be given back', async () => {
  const name = newDatabaseName();
  await open(name, false);
  const broken = await openDatabase({ uri: databaseUri(), name });
  const failing = leased(broken, 'migrations', async () => {
    await broken.close();
    throw new Error('no room');
  });
  await expect(raw(() => failing)).rejects.toThrow('no room');
});
