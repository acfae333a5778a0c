import type { Command } from 'commander';
import { cluster } from '@paper-circe/core';
import { withStanding } from '../installation.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../usage.ts';

interface Options {
  readonly zone: readonly cluster.Zone[];
  readonly json?: true;
}

export function addCluster(program: Command, io: Io): void {
  const group = program.command('cluster').description('distribute the installation over a sharded cluster');
  const zone = [
    '--zone <clinic=shard>',
    'put a large clinic on a shard of its own choice; may be said for several',
    (text: string, before: readonly cluster.Zone[]) => [...before, zoneOf(text)],
    [] as readonly cluster.Zone[],
  ] as const;
  group
    .command('plan')
    .description('print the commands that would set it up, and what stays on one shard; changes nothing')
    .option(...zone)
    .action((_options: object, command: Command) =>
      withStanding(command, io, async ({ database }) => {
        const { zone: zones, json } = command.optsWithGlobals<Options>();
        const planned = await cluster.plan(database, zones);
        if (json) io.out(JSON.stringify({ data: planned }));
        else print(io, planned);
      }),
    );
  group
    .command('apply')
    .description('set it up through a mongos; safe to run twice, or to stop and run again')
    .option(...zone)
    .action((_options: object, command: Command) =>
      withStanding(command, io, async ({ database }) => {
        const { zone: zones } = command.optsWithGlobals<Options>();
        const sent = await cluster.apply(database, zones, (step) => io.out(shell(step)));
        io.err(
          sent === 0
            ? 'It is set up already.'
            : `${sent} commands sent. The balancer moves the documents now.`,
        );
      }),
    );
}

function zoneOf(text: string): cluster.Zone {
  const [slug, shard, ...more] = text.split('=');
  if (!slug || !shard || more.length > 0) throw new UsageError(`--zone is clinic=shard, not "${text}".`);
  return { slug, shard };
}

function print(io: Io, { isCluster, steps, unsharded }: cluster.Plan): void {
  for (const { command, isDone } of steps) if (!isDone) io.out(shell(command));
  for (const { collection, why } of unsharded) io.err(`${collection} stays on one shard: ${why}.`);
  if (!isCluster) io.err('This server is no mongos: "circe cluster apply" would refuse.');
  else if (steps.every(({ isDone }) => isDone)) io.err('It is set up already.');
}

/** As mongosh takes it. */
function shell(command: cluster.AdminCommand): string {
  return `db.adminCommand(${JSON.stringify(command)})`;
}
