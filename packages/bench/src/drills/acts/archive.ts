import { join } from 'node:path';
import { run, type Place } from '../child.ts';
import { copyDatabase, withRaw } from '../databases.ts';
import type { Drill, Templates } from '../drill.ts';

const placeOf = async ({ root, clinic }: Templates): Promise<Place> => {
  const place = { file: join(root, 'live.db'), folder: root };
  await copyDatabase(clinic, place.file);
  return place;
};

/** Every booking is in one of the two places, as it was; the next run moves the others. */
export const archive: Drill = {
  async whole(templates) {
    return (await run('archive', await placeOf(templates))).whole!;
  },
  async round(templates, at) {
    const place = await placeOf(templates);
    const before = await bookingsIn(place.file);
    await run('archive', place, { at });
    const wrong = unlike('after the kill', await bookingsIn(place.file), before);
    await run('archive', place);
    const after = await bookingsIn(place.file);
    wrong.push(...unlike('after the next run', after, before));
    if (after.due > 0) wrong.push(`${after.due} bookings that are due were not moved`);
    const moved = after.archived - before.archived;
    if (after.recorded !== moved) wrong.push(`${after.recorded} moves are recorded of ${moved}`);
    return { wrong };
  },
};

type Found = Awaited<ReturnType<typeof bookingsIn>>;

function bookingsIn(file: string) {
  return withRaw(file, async (db) => {
    const [live, archived] = await Promise.all(
      ['bookings', 'bookingsArchive'].map((name) => db.collection(name).find().toArray()),
    );
    const events = await db.collection('auditEvents').find({ action: 'archive.bookings' }).toArray();
    const moved = events.map(({ changes }) => Number((changes as { bookings: { to: number } }).bookings.to));
    const whole = [...live!, ...archived!].map((one) => JSON.stringify(one)).sort();
    const final = new Set(['completed', 'cancelled', 'no-show']);
    return {
      whole,
      archived: archived!.length,
      due: live!.filter(({ status }) => final.has(status as string)).length,
      recorded: moved.reduce((sum, one) => sum + one, 0),
    };
  });
}

function unlike(when: string, { whole }: Found, before: Found): string[] {
  const isSame = whole.length === before.whole.length && whole.every((one, n) => one === before.whole[n]);
  return isSame ? [] : [`${when} the bookings of both places are not those from before`];
}
