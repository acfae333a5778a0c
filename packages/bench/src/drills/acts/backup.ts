import { join } from 'node:path';
import { backups } from '@paper-circe/core';
import { run, type Place } from '../child.ts';
import { copyDatabase, differing, hashesOf, restoredFrom, withDatabase } from '../databases.ts';
import type { Drill, Templates } from '../drill.ts';

/** Where backups go in a round. */
interface Target extends AsyncDisposable {
  readonly folder: string;
  /** What a process needs in its environment to reach it. */
  readonly env?: Readonly<Record<string, string>>;
}

async function placeOf({ root, clinic }: Templates, { folder }: Target): Promise<Place> {
  const place = { file: join(root, 'live.db'), folder };
  await copyDatabase(clinic, place.file);
  return place;
}

/** Whatever has the name of a backup is a whole one, and the next one is too. */
export function backedUp(open: (templates: Templates) => Promise<Target>): Drill {
  return {
    async whole(templates) {
      await using target = await open(templates);
      const { env = {} } = target;
      return (await run('backup', await placeOf(templates, target), { env })).whole!;
    },
    async round(templates, at) {
      await using target = await open(templates);
      const { folder, env = {} } = target;
      const place = await placeOf(templates, target);
      await run('backup', place, { at, env });
      const wrong = differing(
        'what was backed up',
        await hashesOf(place.file),
        await hashesOf(templates.clinic),
      );
      const store = backups.openStore(folder, { ...process.env, ...env });
      for (const name of await store.list(''))
        if (/^\d/.test(name) && (await store.has(`${name}/manifest.json`)))
          wrong.push(...(await unlike(templates, `${folder}/${name}`, env, name)));
      await run('backup', place, { env });
      return { wrong: [...wrong, ...(await unlike(templates, folder, env, 'the next backup'))] };
    },
  };
}

export const backup = backedUp(({ root }) =>
  Promise.resolve({ folder: join(root, 'backups'), [Symbol.asyncDispose]: () => Promise.resolve() }),
);

async function unlike(
  { root, clinic }: Templates,
  folder: string,
  env: Readonly<Record<string, string>>,
  name: string,
): Promise<string[]> {
  const file = join(root, `${name}.restored.db`);
  try {
    await withDatabase(file, (database) => restoredFrom(database, folder, { ...process.env, ...env }));
  } catch (error) {
    return [`${name} cannot be restored: ${String(error)}`];
  }
  return differing(name, await hashesOf(file), await hashesOf(clinic));
}
