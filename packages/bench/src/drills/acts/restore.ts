import { join } from 'node:path';
import { migrations } from '@paper-circe/core';
import { run, type Place } from '../child.ts';
import { differing, hashesOf, withDatabase, type Hashes } from '../databases.ts';
import type { Drill, Templates } from '../drill.ts';
import type { Moment } from '../moments.ts';

/** Where the backup of a round lies. */
export interface Source extends AsyncDisposable {
  readonly folder: string;
  /** What must be there when it is restored. */
  readonly wanted: Hashes;
  /** What a process needs in its environment to reach it. */
  readonly env?: Readonly<Record<string, string>>;
  /** Until the kill it is as bad as this makes it. */
  readonly spoil?: (at: Moment) => void;
  readonly mend?: () => void;
}

const placeOf = ({ root }: Templates, { folder }: Source): Place => ({
  file: join(root, 'restored.db'),
  folder,
});

/** A half restore says so to whoever starts on it, and the next one makes it whole. */
export function restored(open: (templates: Templates) => Promise<Source>): Drill {
  return {
    async whole(templates) {
      await using source = await open(templates);
      const { env = {} } = source;
      return (await run('restore', placeOf(templates, source), { env })).whole!;
    },
    async round(templates, at) {
      await using source = await open(templates);
      const { wanted, env = {} } = source;
      const place = placeOf(templates, source);
      source.spoil?.(at);
      await run('restore', place, { at, env }).catch(onlyOfTheLine);
      source.mend?.();
      const left = await hashesOf(place.file);
      const isWhole = differing('', left, wanted).length === 0;
      const isSaid = await refusesToStart(place.file);
      const wrong: string[] = [];
      if (Object.keys(left).length > 0 && !isWhole && !isSaid) wrong.push('half a restore does not say so');
      if (isSaid || !isWhole) {
        await run('restore', place, { env });
        if (await refusesToStart(place.file)) wrong.push('a whole restore says that it is half');
      }
      return { wrong: [...wrong, ...differing('what was restored', await hashesOf(place.file), wanted)] };
    },
  };
}

/** Where the line is worse than a restore is patient, that is another end of it than a kill, and no better. */
function onlyOfTheLine(error: Error): void {
  if (!error.message.includes("code: 'UNAVAILABLE'")) throw error;
}

/** From a folder that has one backup. */
export const restore = restored(async ({ clinic, backup }) => ({
  folder: backup,
  wanted: await hashesOf(clinic),
  [Symbol.asyncDispose]: () => Promise.resolve(),
}));

function refusesToStart(file: string): Promise<boolean> {
  return withDatabase(file, (database) =>
    migrations.status(database).then(
      () => false,
      () => true,
    ),
  );
}
