import { join } from 'node:path';
import { run, type Place } from '../child.ts';
import { copyDatabase, differing, hashesOf, withRaw, type Hashes } from '../databases.ts';
import type { Drill, Templates } from '../drill.ts';

/** The folder is the file that it is moved to. */
const placeOf = async ({ root, clinic }: Templates): Promise<Place> => {
  const place = { file: join(root, 'live.db'), folder: join(root, 'moved.db') };
  await copyDatabase(clinic, place.file);
  return place;
};

/** An installation is here or there, whole, and at no moment at both; a move that was killed is done again. */
export const move: Drill = {
  async whole(templates) {
    return (await run('move', await placeOf(templates))).whole!;
  },
  async round(templates, at) {
    const place = await placeOf(templates);
    const wanted = await hashesOf(place.file);
    await run('move', place, { at });
    const wrong = differing('what was moved from', await hashesOf(place.file), wanted);
    const isLeft = await isClosed(place.file, 'move');
    if (await isOpen(place.folder)) {
      if (!isLeft) wrong.push('it can be started on at both places');
      wrong.push(...(await unlike(place.folder, wanted)));
    } else {
      await run('move', place);
      wrong.push(...(await unlike(place.folder, wanted)));
      if (!(await isOpen(place.folder))) wrong.push('a whole move says that it is half');
    }
    return { wrong };
  },
};

async function unlike(file: string, wanted: Hashes): Promise<string[]> {
  return differing('what was moved', await hashesOf(file), wanted);
}

/** Whether something is there and says nothing against being started on. */
async function isOpen(file: string): Promise<boolean> {
  return Object.keys(await hashesOf(file)).length > 0 && !(await isClosed(file, 'restore'));
}

const notesOf = 'migrations';

/** Whether a database says that it was left, or is incomplete. */
function isClosed(file: string, _id: 'move' | 'restore'): Promise<boolean> {
  return withRaw(file, async (db) => {
    const note = await db.collection<{ _id: string; moved?: boolean }>(notesOf).findOne({ _id });
    return note !== null && (_id === 'restore' || note.moved === true);
  });
}
