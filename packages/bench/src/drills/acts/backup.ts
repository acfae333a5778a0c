import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run, type Place } from '../child.ts';
import { copyDatabase, differing, hashesOf, restoredFrom, withDatabase } from '../databases.ts';
import { aheadMs, type Drill, type Templates } from '../drill.ts';

const placeOf = async ({ root, clinic }: Templates): Promise<Place> => {
  const place = { file: join(root, 'live.db'), folder: join(root, 'backups') };
  await copyDatabase(clinic, place.file);
  return place;
};

/** Whatever has the name of a backup is a whole one, and the next one is too. */
export const backup: Drill = {
  async whole(templates) {
    return (await run('backup', await placeOf(templates))).whole!;
  },
  async round(templates, at) {
    const place = await placeOf(templates);
    await run('backup', place, { at });
    const wrong = differing(
      'what was backed up',
      await hashesOf(place.file),
      await hashesOf(templates.clinic),
    );
    const names = (await readdir(place.folder).catch(() => [])).filter(
      (name) => /^\d/.test(name) && existsSync(join(place.folder, name, 'manifest.json')),
    );
    for (const name of names) wrong.push(...(await unlike(templates, join(place.folder, name), name)));
    await run('backup', place, { aheadMs });
    return { wrong: [...wrong, ...(await unlike(templates, place.folder, 'the next backup'))] };
  },
};

async function unlike({ root, clinic }: Templates, folder: string, name: string): Promise<string[]> {
  const file = join(root, `${name}.restored.db`);
  try {
    await withDatabase(file, (database) => restoredFrom(database, folder));
  } catch (error) {
    return [`${name} cannot be restored: ${String(error)}`];
  }
  return differing(name, await hashesOf(file), await hashesOf(clinic));
}
