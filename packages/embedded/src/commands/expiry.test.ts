import { describe, expect, test } from 'vitest';
import { started, type Started } from '../testing/started.ts';

/** A server whose clock the test moves. */
async function withClock(
  work: (on: Started, pass: (minutes: number) => void) => Promise<void>,
): Promise<void> {
  let now = Date.now();
  await using on = await started({ clock: () => new Date(now) });
  await work(on, (minutes) => void (now += minutes * 60_000));
}

describe.skipIf(process.env['MONGODB_URI'])('reference/parameters', () => {
  test('cursorTimeoutMillis: a cursor that nobody uses for ten minutes is gone, one with noCursorTimeout is not', () =>
    withClock(async (on, pass) => {
      const collection = on.fresh();
      await collection.insertMany([{}, {}, {}]);
      const cursor = collection.find({}, { batchSize: 1 });
      const lasting = collection.find({}, { batchSize: 1, noCursorTimeout: true });
      for (const one of [cursor, lasting]) await one.next();
      pass(9);
      await cursor.next();
      pass(9);
      await cursor.next();
      const late = collection.find({}, { batchSize: 1 });
      await late.next();
      pass(11);
      await expect(late.next()).rejects.toMatchObject({ code: 43 });
      expect(await lasting.next()).not.toBeNull();
    }));

  test('localLogicalSessionTimeoutMinutes: a session that nobody uses for thirty minutes takes its cursors with it', () =>
    withClock(async (on, pass) => {
      const collection = on.fresh();
      await collection.insertMany([{}, {}]);
      const lasting = collection.find({}, { batchSize: 1, noCursorTimeout: true });
      await lasting.next();
      pass(31);
      const open = async (): Promise<unknown> =>
        (await on.client.db('admin').command({ serverStatus: 1 }))['metrics'];
      await expect.poll(open, { timeout: 5000 }).toMatchObject({ cursor: { open: { total: 0 } } });
      await expect(lasting.next()).rejects.toMatchObject({ code: 43 });
    }));

  test('transactionLifetimeLimitSeconds: a transaction is aborted after a minute, and gives its locks back', () =>
    withClock(async (on, pass) => {
      const collection = on.fresh<{ n: number }>();
      await collection.insertOne({ n: 0 });
      await on.client.withSession(async (session) => {
        session.startTransaction();
        await collection.updateOne({}, { $inc: { n: 1 } }, { session });
        const waiting = collection.updateOne({}, { $inc: { n: 10 } });
        pass(1);
        await waiting;
        await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 });
      });
      expect(await collection.findOne()).toMatchObject({ n: 10 });
    }));
});
