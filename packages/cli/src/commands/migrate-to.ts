import { resolve } from 'node:path';
import type { Command } from 'commander';
import { moves } from '@paper-circe/core';
import { actor, isNewPlace, withStanding, withPlace, type Opened } from '../installation.ts';
import { untilGivenUp, type Io } from '../io.ts';
import { UsageError } from '../usage.ts';

interface Options {
  readonly dryRun?: true;
  readonly replace?: true;
}

export function addMigrateTo(program: Command, io: Io): void {
  program
    .command('migrate-to [target]')
    .description(
      'move everything into another, empty database: mongodb://... (or CIRCE_TARGET, which no list of processes shows), or the folder of an embedded one',
    )
    .option('--dry-run', 'look at both sides and count, and write nothing')
    .option('--replace', 'drop everything that the target holds first')
    .action((given: string | undefined, options: Options, command: Command) => {
      const target = given ?? io.env['CIRCE_TARGET'];
      if (!target) throw new UsageError('Missing: the target, or CIRCE_TARGET.');
      return withStanding(command, io, async (source) => {
        if (resolve(target) === source.place)
          throw new UsageError('The target is the folder that the installation lies in.');
        const { dryRun = false } = options;
        // No database is made for a move that is refused.
        if (!dryRun && isNewPlace(target)) await withPlace(target, (other) => allowed(source, other), true);
        return withPlace(target, (other) => moved(io, source, other, options), dryRun);
      });
    });
  program
    .command('reopen')
    .description(
      'let an installation that has moved be started where it was, without what was done elsewhere since',
    )
    .action((_options: object, command: Command) =>
      withStanding(command, io, async ({ database }) => {
        const to = await moves.reopen(database, actor);
        io.err(to === undefined ? 'It has not moved.' : `It had moved to ${to}, and is open here again.`);
      }),
    );
}

async function allowed(source: Opened, target: Opened): Promise<void> {
  await moves.move(source.database, target.database, actor, { to: target.place, dryRun: true });
}

async function moved(io: Io, source: Opened, target: Opened, { dryRun, replace }: Options): Promise<void> {
  const stays = 'The installation stays where it is.';
  const moving = (signal: AbortSignal | undefined) =>
    moves.move(source.database, target.database, actor, {
      to: target.place,
      alone: source.embedded,
      signal,
      ...(dryRun && { dryRun }),
      ...(replace && { replace }),
      onProgress: (what, documents, of) => io.err(`${what}: ${documents} of ${of}`),
    });
  if (!source.embedded && !dryRun) io.err('Servers that still work on it end within 20 seconds ...');
  const done = await untilGivenUp(io, stays, moving, stays);
  io.out(JSON.stringify(done));
  if (dryRun) io.err('This could be moved.');
  else io.err(`Moved, and the same at both places. Start it ${startAt(target)} from now on.`);
}

function startAt({ embedded, place }: Opened): string {
  return embedded ? `with CIRCE_DATA=${place}` : `with MONGODB_URI for ${place}`;
}
