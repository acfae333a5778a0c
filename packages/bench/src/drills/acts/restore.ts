import { join } from 'node:path';
import { migrations } from '@paper-circe/core';
import { run, type Place } from '../child.ts';
import { differing, hashesOf, withDatabase } from '../databases.ts';
import { aheadMs, type Drill, type Templates } from '../drill.ts';

const placeOf = ({ root, backup }: Templates): Place => ({ file: join(root, 'restored.db'), folder: backup });

/** A half restore says so to whoever starts on it, and the next one makes it whole. */
export const restore: Drill = {
  async whole(templates) {
    return (await run('restore', placeOf(templates))).whole!;
  },
  async round(templates, at) {
    const place = placeOf(templates);
    const wanted = await hashesOf(templates.clinic);
    await run('restore', place, { at });
    const left = await hashesOf(place.file);
    const isWhole = differing('', left, wanted).length === 0;
    const isSaid = await refusesToStart(place.file);
    const wrong: string[] = [];
    if (Object.keys(left).length > 0 && !isWhole && !isSaid) wrong.push('half a restore does not say so');
    if (isWhole && isSaid) wrong.push(...(await finished(place)));
    else if (!isWhole) wrong.push(...(await finished(place)));
    return { wrong: [...wrong, ...differing('what was restored', await hashesOf(place.file), wanted)] };
  },
};

async function finished(place: Place): Promise<string[]> {
  await run('restore', place, { aheadMs });
  return (await refusesToStart(place.file)) ? ['a whole restore says that it is half'] : [];
}

function refusesToStart(file: string): Promise<boolean> {
  return withDatabase(file, (database) =>
    migrations.status(database).then(
      () => false,
      () => true,
    ),
  );
}
