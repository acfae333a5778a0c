import { join } from 'node:path';
import { tenants } from '@paper-circe/core';
import { run, type Place } from '../child.ts';
import { copyDatabase, differing, hashesOf, withDatabase, withRaw } from '../databases.ts';
import type { Drill, Templates } from '../drill.ts';
import { openStorm } from '../storm.ts';
import { unsound } from '../sound.ts';
import { grown } from '../words.ts';

const carried = ['patients', 'users', 'staff', 'treatments', 'bookings', 'bookingsArchive', 'dayCloses', 'auditEvents', 'counters']; // prettier-ignore

const placeOf = async ({ root, storm, exported }: Templates): Promise<Place> => {
  const place = { file: join(root, 'host.db'), folder: exported };
  await copyDatabase(storm, place.file);
  return place;
};

/** The clinic is there with all that it has or not at all, and who was there before it notices nothing. */
export const importing: Drill = {
  async whole(templates) {
    return (await run('import', await placeOf(templates))).whole!;
  },
  async round(templates, at) {
    const place = await placeOf(templates);
    const id = await idOf(templates.clinic, grown);
    const others = { filter: { tenantId: await idOf(place.file, 'storm') }, only: carried };
    const own = { filter: { tenantId: id }, only: carried };
    const before = await hashesOf(place.file, others);
    await run('import', place, { at });
    if ((await idOf(place.file, grown)) === undefined) await run('import', place);
    const wrong = [
      ...differing('who was there before', await hashesOf(place.file, others), before),
      ...differing('the clinic', await hashesOf(place.file, own), await hashesOf(templates.clinic, own)),
      ...(await withDatabase(place.file, async (database) => unsound(await openStorm(database)))),
    ];
    const [left, recorded] = await withRaw(place.file, (db) =>
      Promise.all([
        db.collection('imports').countDocuments(),
        db.collection('auditEvents').countDocuments({ action: 'tenants.import' }),
      ]),
    );
    if (left > 0) wrong.push('an import is left open');
    if (recorded !== 1) wrong.push(`it is recorded ${recorded} times`);
    return { wrong };
  },
};

function idOf(file: string, slug: string): Promise<string | undefined> {
  return withDatabase(file, async (database) => (await tenants.findBySlug(database, slug))?.id);
}
