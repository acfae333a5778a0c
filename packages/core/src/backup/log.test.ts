import { Timestamp } from 'mongodb';
import { expect, test } from 'vitest';
import { startS3 } from '@paper-circe/testing/s3';
import { places } from '../testing/backups.ts';
import { changesIn, LogWriter, pagesOf, pruneLogs, type Moment } from './log.ts';
import { openStore } from './open-store.ts';
import { ejson } from './page.ts';
import type { Store } from './store.ts';

const { newFolder } = places();

/** A moment of a database: its clock goes on while that of the wall is put back. */
const moment = (at: string, second: number): Moment => ({
  at: new Date(at),
  time: new Timestamp({ t: second, i: 1 }),
});

/** A page in which one thing happened, at its end. */
async function written(writer: LogWriter, since: string, { at, time }: Moment): Promise<void> {
  const change = { op: 'insert', collection: 'a', id: time.t, time, wall: at, document: { _id: time.t } };
  await writer.append({ since: new Date(since), until: at, time, place: { _data: 'x' } as never }, [
    ejson(change),
  ]);
}

const [yesterday, ahead, today, later] = [
  moment('2026-11-26T12:00:00Z', 10),
  moment('2027-12-01T12:00:00Z', 20),
  moment('2026-11-27T12:00:00Z', 30),
  moment('2026-11-27T12:05:00Z', 40),
] as const;
const pastAll = new Timestamp({ t: 99, i: 1 });

async function wholeLog(log: Store, isRestarted: boolean): Promise<void> {
  const first = new LogWriter(log, 1, null);
  await written(first, '2026-11-26T11:00:00Z', yesterday);
  await written(first, '2026-11-26T12:00:00Z', ahead);
  let last = first;
  if (isRestarted) {
    const pages = await pagesOf(log, moment('2026-11-26T11:30:00Z', 5));
    last = new LogWriter(log, 2, pages.at(-1)!.page.sha256);
  }
  await written(last, '2027-12-01T12:00:00Z', today);
  await written(last, '2026-11-27T12:00:00Z', later);
}

async function seconds(log: Store, after: Moment, at?: Date): Promise<number[]> {
  const pages = await pagesOf(log, after);
  const changes = await Array.fromAsync(changesIn(log, pages, { after: after.time, upTo: pastAll, at }));
  return changes.map(({ time }) => time.t);
}

test.each([
  ['folder', false],
  ['folder', true],
  ['bucket', false],
  ['bucket', true],
])(
  'a log in a %s that was written by a clock that was a year ahead for a while is read whole and in order (restarted then: %s)',
  async (kind, isRestarted) => {
    await using s3 = await startS3();
    const store = openStore(kind === 'folder' ? newFolder() : `s3://${s3.bucket}/a`, s3.env);
    const log = store.in('log/history');
    await wholeLog(log, isRestarted);
    expect(await seconds(log, moment('2026-11-26T11:30:00Z', 5))).toEqual([10, 20, 30, 40]);
    // Of backups that were made before, meanwhile and afterwards.
    expect(await seconds(log, moment('2026-11-26T12:00:01Z', 11))).toEqual([20, 30, 40]);
    expect(await seconds(log, moment('2027-12-01T12:00:01Z', 21))).toEqual([30, 40]);
    expect(await seconds(log, moment('2026-11-27T12:00:01Z', 31))).toEqual([40]);
    expect(await seconds(log, moment('2026-11-27T12:06:00Z', 41))).toEqual([]);
    // What happened meanwhile is a part of every moment after it.
    const before = moment('2026-11-26T11:30:00Z', 5);
    expect(await seconds(log, before, new Date('2026-11-26T12:00:00Z'))).toEqual([10]);
    expect(await seconds(log, before, new Date('2026-11-27T12:01:00Z'))).toEqual([10, 20, 30]);
    expect(await seconds(log, before, new Date('2026-11-27T12:05:00Z'))).toEqual([10, 20, 30, 40]);

    // And it goes from its beginning on, however its files are named.
    await pruneLogs(store, new Date('2026-11-27T00:00:00Z'));
    expect(await seconds(log, moment('2027-12-01T12:00:01Z', 21))).toEqual([30, 40]);
    await pruneLogs(store, new Date('2028-12-01T12:00:00Z'));
    expect(await store.list('log')).toEqual([]);
  },
);
