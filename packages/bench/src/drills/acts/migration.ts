import { join } from 'node:path';
import type { Document } from 'mongodb';
import { run, type Place } from '../child.ts';
import { copyDatabase, differing, hashesOf, type Hashes } from '../databases.ts';
import type { Drill, Templates } from '../drill.ts';

const placeOf = async ({ root, documented }: Templates, name: string): Promise<Place> => {
  const place = { file: join(root, name), folder: root };
  await copyDatabase(documented, place.file);
  return place;
};

/** Killed wherever, it ends where one ends that was not interrupted. */
export const migration: Drill = {
  async whole(templates) {
    return (await run('migrate', await placeOf(templates, 'live.db'))).whole!;
  },
  async round(templates, at) {
    const [place, undisturbed] = [await placeOf(templates, 'live.db'), await placeOf(templates, 'other.db')];
    await run('migrate', undisturbed);
    await run('migrate', place, { at });
    await run('migrate', place);
    const [is, wanted] = [await comparable(place.file), await comparable(undisturbed.file)];
    return { wrong: differing('what was migrated', is, wanted) };
  },
};

/** What a migration adds has ids, instants and hashes of its own. */
const added = new Set(['auditEvents', 'counters', 'migrationProblems', 'migrations']);
const own = new Set([
  '_id',
  'at',
  'createdAt',
  'updatedAt',
  'startedAt',
  'finishedAt',
  'hash',
  'seq',
  'sealed',
]);

function comparable(file: string): Promise<Hashes> {
  const without = (document: Document) =>
    Object.fromEntries(Object.entries(document).filter(([field]) => !own.has(field)));
  return hashesOf(file, { shown: (one, name) => (added.has(name) ? without(one) : one) });
}
