import { Command } from 'commander';
import { describedProcedures, platform, type Described } from '@paper-circe/api';
import { callByName, type Asked } from '@paper-circe/api/client';
import type { Io } from '../io.ts';
import { flagsOf, optionOf, type Flag } from '../procedures/flags.ts';
import { inputOf, type Words } from '../procedures/input.ts';
import { linesOf } from '../procedures/table.ts';
import { clientOf, serverOf } from '../server/server.ts';
import { UsageError } from '../usage.ts';

interface Procedure extends Described {
  readonly flags: readonly Flag[];
  readonly on: readonly ('clinic' | 'platform')[];
}

const says = { query: 'reads', mutation: 'changes', subscription: 'listens' } as const;

/**
 * `circe <router> <procedure>` for every procedure there is. Where a command of the database has that name already,
 * only `circe server <router> <procedure>` calls the procedure.
 */
export function addProcedures(program: Command, io: Io): void {
  const server = program
    .command('server')
    .description(
      'the same, for procedures whose name a command of the database has: users add, tenants create',
    )
    .helpGroup('On a server:');
  for (const procedure of procedures()) {
    addProcedure(groupIn(server, procedure), procedure, io);
    const group = groupIn(program, procedure);
    const taken = group.commands.some((command) => command.name() === nameOf(procedure));
    if (!taken) addProcedure(group, procedure, io);
  }
}

let known: readonly Procedure[] | undefined;

/** Made once for the process: schemas take a moment each. */
function procedures(): readonly Procedure[] {
  if (known) return known;
  const all = new Map<string, Procedure>();
  for (const address of ['clinic', 'platform'] as const) {
    for (const one of describedProcedures(address)) {
      const on = [...(all.get(one.path)?.on ?? []), address];
      all.set(one.path, { ...one, flags: flagsOf(one), on });
    }
  }
  return (known = [...all.values()]);
}

function groupIn(parent: Command, { path }: Described): Command {
  const [name = ''] = path.split('.');
  const found = parent.commands.find((command) => command.name() === name);
  return found ?? parent.command(name).description(`procedures of "${name}"`);
}

function nameOf({ path }: Described): string {
  return path.split('.').slice(1).join('.');
}

function addProcedure(group: Command, procedure: Procedure, io: Io): void {
  const { path, type, flags } = procedure;
  const secret = flags.some((flag) => flag.secret) ? '; passwords and tokens come on standard input' : '';
  const command = group.command(nameOf(procedure)).description(says[type] + secret);
  for (const flag of flags) if (!flag.secret) command.addOption(optionOf(flag));
  if (procedure.input) command.option('--input <json>', 'all of it as JSON, @file, or - for standard input');
  if (type === 'mutation' && !path.startsWith('auth.')) {
    command
      .option('--dry-run', 'answer what it would answer, and change nothing')
      .option('--idempotency-key <key>', 'done once under this key, however often it is called');
  }
  command.action(async (words: Words & { input?: string }) => {
    const server = await serverOf(command, io);
    if (!procedure.on.includes(server.tenant === platform ? 'platform' : 'clinic')) {
      throw new UsageError(`${path} is not of "${server.tenant}" but of ${procedure.on.join(' and ')}.`);
    }
    const input = await inputOf(io, procedure, flags, words, words.input);
    const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
    const onEvent = (event: unknown) => io.out(JSON.stringify({ data: event }));
    const answer = await callByName(clientOf(server), { type, path, input, asked: askedBy(words), onEvent });
    if (type !== 'subscription') say(io, answer, json);
  });
}

function askedBy({ dryRun, idempotencyKey }: Words): Asked {
  return {
    ...(dryRun === true && { dryRun }),
    ...(typeof idempotencyKey === 'string' && { idempotencyKey }),
  };
}

function say(io: Io, answer: unknown, json: boolean): void {
  if (json) return io.out(JSON.stringify({ data: answer ?? null }));
  const lines = answer === undefined || answer === null ? [] : linesOf(answer);
  for (const line of lines) io.out(line);
  if (lines.length === 0) io.err('Nothing.');
  const next = typeof answer === 'object' && answer !== null && 'next' in answer ? answer.next : undefined;
  if (typeof next === 'string') io.err(`There is more: --cursor ${next}`);
}
