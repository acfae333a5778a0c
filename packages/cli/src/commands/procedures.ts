import { Command } from 'commander';
import { describedProcedures, platform, type Described } from '@paper-circe/api';
import { callByName, type Asked } from '@paper-circe/api/client';
import type { Io } from '../io.ts';
import { flagsOf, optionOf, type Flag } from '../procedures/flags.ts';
import { inputOf, type Words } from '../procedures/input.ts';
import { withStaffNames } from '../procedures/staff-names.ts';
import { tableOf, type Wanted } from '../procedures/table.ts';
import { clientOf, serverOf } from '../server/server.ts';
import { UsageError } from '../usage.ts';

type Address = 'clinic' | 'platform';

/** What a procedure is on one address, with its input as flags. */
interface OnAddress extends Described {
  readonly flags: readonly Flag[];
}

/** A procedure by its name: on both addresses it may take something else. */
interface Procedure extends Pick<Described, 'path' | 'type'> {
  readonly on: Readonly<Partial<Record<Address, OnAddress>>>;
  /** Those of all addresses, each once. */
  readonly flags: readonly Flag[];
}

/**
 * `circe <router> <procedure>` for every procedure there is. Where a command of the database has that name already,
 * only `circe server <router> <procedure>` calls the procedure. What takes longest, the flags, have only the routers
 * that are in the words of the command line.
 */
export function addProcedures(program: Command, io: Io, words: readonly string[]): void {
  const server = program
    .command('server')
    .description(
      'the same, for procedures whose name a command of the database has: users add, tenants create',
    )
    .helpGroup('On a server:');
  const isAsked = new Set(words);
  for (const path of described().keys()) {
    const groups = [groupIn(server, path), groupIn(program, path)] as const;
    if (!isAsked.has(routerOf(path)) && !isAsked.has('completion')) continue;
    const procedure = procedureOf(path);
    const [onServer, group] = groups;
    addProcedure(onServer, procedure, io);
    const taken = group.commands.some((command) => command.name() === nameOf(path));
    if (!taken) addProcedure(group, procedure, io);
  }
}

let known: ReadonlyMap<string, Partial<Record<Address, Described>>> | undefined;

/** What there is on which address, by its path. */
function described(): ReadonlyMap<string, Partial<Record<Address, Described>>> {
  if (known) return known;
  const all = new Map<string, Partial<Record<Address, Described>>>();
  for (const address of ['clinic', 'platform'] as const)
    for (const one of describedProcedures(address))
      all.set(one.path, { ...all.get(one.path), [address]: one });
  return (known = all);
}

const made = new Map<string, Procedure>();

/** Made once for the process: schemas take a moment each. */
function procedureOf(path: string): Procedure {
  const before = made.get(path);
  if (before) return before;
  const on: Partial<Record<Address, OnAddress>> = {};
  const flags = new Map<string, Flag>();
  for (const [address, one] of Object.entries(described().get(path) ?? {}) as [Address, Described][]) {
    const input = { ...one };
    on[address] = { ...input, flags: flagsOf(input) };
    for (const flag of on[address].flags) if (!flags.has(flag.name)) flags.set(flag.name, flag);
  }
  const type = (on.clinic ?? on.platform)!.type;
  const procedure = { path, type, on, flags: [...flags.values()] };
  made.set(path, procedure);
  return procedure;
}

function groupIn(parent: Command, path: string): Command {
  const name = routerOf(path);
  const found = parent.commands.find((command) => command.name() === name);
  return found ?? parent.command(name).description(`procedures of "${name}"`);
}

/** Where it is something else on the platform, both. */
function saysOf({ clinic, platform: other }: Procedure['on']): string {
  if (!clinic || !other || clinic.says === other.says) return (clinic ?? other)?.says ?? '';
  return `${clinic.says} On the platform: ${other.says}`;
}

function routerOf(path: string): string {
  return path.slice(0, path.indexOf('.'));
}

function nameOf(path: string): string {
  return path.slice(path.indexOf('.') + 1);
}

function addProcedure(group: Command, procedure: Procedure, io: Io): void {
  const { path, type, flags, on } = procedure;
  const secret = flags.some((flag) => flag.secret) ? ' Passwords and tokens come on standard input.' : '';
  const command = group.command(nameOf(path)).description(saysOf(on) + secret);
  for (const flag of flags) if (!flag.secret) command.addOption(optionOf(flag));
  if (flags.length > 0) command.option('--input <json>', 'all of it as JSON, @file, or - for standard input');
  if (type === 'mutation' && !path.startsWith('auth.')) {
    command
      .option('--dry-run', 'answer what it would answer, and change nothing')
      .option('--idempotency-key <key>', 'done once under this key, however often it is called');
  }
  if (type === 'query') {
    command.option('--columns <names>', 'of a table, in this order and with a comma between them', columnsOf);
  }
  command.action(async (words: Words & { input?: string }) => {
    const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
    const columns = command.opts<{ columns?: readonly string[] }>().columns;
    if (json && columns) throw new UsageError('--columns is for tables: --json answers every field.');
    const server = await serverOf(command, io);
    const here = on[server.tenant === platform ? 'platform' : 'clinic'];
    if (!here) throw new UsageError(`${path} is not of "${server.tenant}" but of ${Object.keys(on).join()}.`);
    const foreign = flags.find(({ field }) => words[field] !== undefined && !takes(here, field));
    if (foreign) throw new UsageError(`${foreign.name}: ${path} of "${server.tenant}" does not take it.`);
    const input = await inputOf(io, here, here.flags, words, words.input);
    const onEvent = (event: unknown) => io.out(JSON.stringify({ data: event }));
    const answer = await callByName(clientOf(server), { type, path, input, asked: askedBy(words), onEvent });
    if (type === 'subscription') return;
    if (json) return io.out(JSON.stringify({ data: answer ?? null }));
    say(io, await withStaffNames(server, answer), {
      columns,
      known: fieldsOfGroup(routerOf(path)),
      width: io.width,
    });
  });
}

function columnsOf(names: string): string[] {
  return names.split(',').map((name) => name.trim());
}

/** What things of a kind may have, by what the procedures about them take: an answer leaves out what none of its rows has. */
function fieldsOfGroup(router: string): ReadonlySet<string> {
  const same = [...described().keys()].filter((path) => routerOf(path) === router);
  return new Set(same.flatMap((path) => procedureOf(path).flags.map(({ field }) => field)));
}

function takes({ flags }: OnAddress, field: string): boolean {
  return flags.some((flag) => flag.field === field);
}

function askedBy({ dryRun, idempotencyKey }: Words): Asked {
  return {
    ...(dryRun === true && { dryRun }),
    ...(typeof idempotencyKey === 'string' && { idempotencyKey }),
  };
}

function say(io: Io, answer: unknown, wanted: Wanted): void {
  const nothing = answer === undefined || answer === null;
  const { lines, hidden } = nothing ? { lines: [], hidden: [] } : tableOf(answer, wanted);
  for (const line of lines) io.out(line);
  if (lines.length === 0) io.err('Nothing.');
  if (hidden.length > 0) io.err(`Left out, and shown with --columns: ${hidden.join(', ')}`);
  const next = typeof answer === 'object' && answer !== null && 'next' in answer ? answer.next : undefined;
  if (typeof next === 'string') io.err(`There is more: --cursor ${next}`);
}
