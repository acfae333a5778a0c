import { join } from 'node:path';
import { bookings as core, every, type TenantScope } from '@paper-circe/core';
import { run, type Place } from '../child.ts';
import { copyDatabase, withDatabase } from '../databases.ts';
import type { Drill, Templates } from '../drill.ts';
import { unsound } from '../sound.ts';
import { ask, openStorm, toldIn, type Asked } from '../storm.ts';

const placeOf = async ({ root, storm }: Templates): Promise<Place> => {
  const place = { file: join(root, 'live.db'), folder: root };
  await copyDatabase(storm, place.file);
  return place;
};

/** What was acknowledged is there, nothing is there half, and whoever asks again has it once. */
export const bookings: Drill = {
  whole: () => Promise.resolve({ commands: 1_500, ms: 3_000 }),
  async round(templates, at) {
    const place = await placeOf(templates);
    const { said } = await run('bookings', place, { at });
    const wrong = await withDatabase(place.file, async (database) => {
      const clinic = await openStorm(database);
      return [
        ...(await missing(clinic, said)),
        ...(await unsound(clinic)),
        ...(await askedAgain(clinic, said)),
      ];
    });
    return { wrong };
  },
};

/** What was acknowledged and is not there. */
export async function missing(
  clinic: TenantScope,
  said: readonly string[],
  until = Infinity,
): Promise<string[]> {
  const there = await everyBooking(clinic);
  return said
    .map(toldIn)
    .filter(({ isDone, at, asked }) => isDone && at <= until && !isThere(there, asked))
    .map(({ asked }) => `${asked.act} ${asked.key} was acknowledged and is not there`);
}

function isThere(there: ReadonlyMap<string, core.Booking>, { act, id = '' }: Asked): boolean {
  const booking = there.get(id);
  if (act === 'book') return booking !== undefined;
  return act === 'pay' ? booking?.paymentStatus === 'paid' : booking?.status === 'cancelled';
}

export async function everyBooking(clinic: TenantScope): Promise<Map<string, core.Booking>> {
  const all = await Array.fromAsync(every((page) => core.findByTenant(clinic, page)));
  return new Map(all.map((one) => [one.id, one]));
}

/** Asks for everything once more, in the order in which it was asked for: nothing may be there twice then. */
async function askedAgain(clinic: TenantScope, said: readonly string[]): Promise<string[]> {
  const told = said.map(toldIn);
  const answers = new Map(told.filter(({ isDone }) => isDone).map(({ asked }) => [asked.key, asked.id]));
  const wrong: string[] = [];
  const booked = new Set<string>();
  for (const { asked } of told.filter(({ isDone }) => !isDone)) {
    const id = await ask(clinic, asked);
    booked.add(id);
    const before = answers.get(asked.key);
    if (before !== undefined && before !== id) wrong.push(`${asked.key} was answered with another booking`);
  }
  const there = await everyBooking(clinic);
  if (there.size !== booked.size)
    wrong.push(`${booked.size} bookings were asked for and ${there.size} are there`);
  const twice = [...there.values()].filter(({ payments }) => payments.length > 1);
  return [...wrong, ...twice.map(({ id }) => `${id} was paid twice`), ...(await unsound(clinic))];
}
