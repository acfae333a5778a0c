import { join } from 'node:path';
import { run, type Place } from '../child.ts';
import { copyDatabase, copyFolder, differing, hashesOf, restoredFrom, withDatabase } from '../databases.ts';
import type { Drill, Templates } from '../drill.ts';
import type { Moment } from '../moments.ts';
import { unsound } from '../sound.ts';
import { openStorm, toldIn } from '../storm.ts';
import { everyBooking, missing } from './bookings.ts';

/** Where the log of a round lies, with a first backup in it. */
export interface Kept extends AsyncDisposable {
  readonly place: Place;
  /** What a process needs in its environment to reach it. */
  readonly env?: Readonly<Record<string, string>>;
  /** From the storm until the kill it is as bad as this makes it. */
  readonly spoil?: (at: Moment) => void;
  readonly mend?: () => void;
}

/**
 * What the process left behind gives a sound clinic with all that was acknowledged before the moment that it says it
 * reaches; after the next start the log has everything, with no gap and nothing twice.
 */
export function logged(open: (templates: Templates) => Promise<Kept>): Drill {
  return {
    whole: () => Promise.resolve({ commands: 1_500, ms: 3_000 }),
    async round(templates, at) {
      const { root } = templates;
      await using kept = await open(templates);
      const { place, env = {} } = kept;
      const all = { ...process.env, ...env };
      kept.spoil?.(at);
      const { said, killedAt = Date.now() } = await run('log', place, { at, env });
      kept.mend?.();
      const alone = join(root, 'alone.db');
      const began = performance.now();
      const reaches = await withDatabase(alone, (database) => restoredFrom(database, place.folder, all));
      const time = performance.now() - began;
      const [early, there] = await withDatabase(alone, async (database) => {
        const clinic = await openStorm(database);
        const lost = await missing(clinic, said, reaches.at.getTime());
        return [[...lost, ...(await unsound(clinic))], await everyBooking(clinic)] as const;
      });
      const newer = said.map(toldIn).filter(({ isDone, asked }) => isDone && !there.has(asked.id ?? ''));
      const point = newer.length > 0 ? killedAt - Math.min(...newer.map((one) => one.at)) : 0;
      await run('quiet', place, { env });
      const whole = join(root, 'whole.db');
      await withDatabase(whole, (database) => restoredFrom(database, place.folder, all));
      const live = await hashesOf(place.file);
      const unlike = differing('what the log gives', await hashesOf(whole), live);
      const gone = await withDatabase(place.file, async (database) =>
        missing(await openStorm(database), said),
      );
      return { wrong: [...early, ...unlike, ...gone], point, time };
    },
  };
}

/** Process and disk are gone, and only the folder is left. */
export const log = logged(async ({ root, storm, log: folder }) => {
  const place = { file: join(root, 'live.db'), folder: join(root, 'backups') };
  await copyDatabase(storm, place.file);
  await copyFolder(folder, place.folder);
  return { place, [Symbol.asyncDispose]: () => Promise.resolve() };
});
