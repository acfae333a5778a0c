import { join } from 'node:path';
import { run, type Place } from '../child.ts';
import { copyDatabase, copyFolder, differing, hashesOf, restoredFrom, withDatabase } from '../databases.ts';
import { aheadMs, type Drill, type Templates } from '../drill.ts';
import { unsound } from '../sound.ts';
import { openStorm, toldIn } from '../storm.ts';
import { everyBooking, missing } from './bookings.ts';

const placeOf = async ({ root, storm, log }: Templates): Promise<Place> => {
  const place = { file: join(root, 'live.db'), folder: join(root, 'backups') };
  await copyDatabase(storm, place.file);
  await copyFolder(log, place.folder);
  return place;
};

/**
 * The folder alone gives a sound clinic with all that was acknowledged before the moment that it says it reaches; after
 * the next start the log has everything, with no gap and nothing twice.
 */
export const log: Drill = {
  whole: () => Promise.resolve({ commands: 1_500, ms: 3_000 }),
  async round({ root, ...templates }, at) {
    const place = await placeOf({ root, ...templates });
    const { said, killedAt = Date.now() } = await run('log', place, { at, aheadMs });
    const alone = join(root, 'alone.db');
    const began = performance.now();
    const reaches = await withDatabase(alone, (database) => restoredFrom(database, place.folder));
    const time = performance.now() - began;
    const [early, there] = await withDatabase(alone, async (database) => {
      const clinic = await openStorm(database);
      const lost = await missing(clinic, said, reaches.at.getTime());
      return [[...lost, ...(await unsound(clinic))], await everyBooking(clinic)] as const;
    });
    const newer = said.map(toldIn).filter(({ isDone, asked }) => isDone && !there.has(asked.id ?? ''));
    const point = newer.length > 0 ? killedAt - Math.min(...newer.map((one) => one.at)) : 0;
    await run('quiet', place, { aheadMs: 2 * aheadMs });
    const whole = join(root, 'whole.db');
    await withDatabase(whole, (database) => restoredFrom(database, place.folder));
    const live = await hashesOf(place.file);
    const unlike = differing('what the log gives', await hashesOf(whole), live);
    const gone = await withDatabase(place.file, async (database) => missing(await openStorm(database), said));
    return { wrong: [...early, ...unlike, ...gone], point, time };
  },
};
