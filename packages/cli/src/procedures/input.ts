import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Described } from '@paper-circe/api';
import { secrets, type Io } from '../io.ts';
import { UsageError } from '../usage.ts';
import { expectedOf, jsonOf, valueOf, withInstants, type Flag } from './flags.ts';

/** Words of the command line, by the name that commander gives each flag: its field's. */
export type Words = Readonly<Record<string, string | readonly string[] | true | undefined>>;

/**
 * What a procedure is called with: `--input`, with the flags over it and the passwords asked for.
 * @throws UsageError when something is missing or not of its kind
 */
export async function inputOf(
  io: Io,
  { input: schema }: Described,
  flags: readonly Flag[],
  words: Words,
  whole: string | undefined,
): Promise<unknown> {
  const base = whole === undefined ? {} : withInstants(schema ?? {}, await wholeInput(io, whole));
  if (typeof base !== 'object' || base === null || Array.isArray(base)) {
    throw new UsageError('--input is a JSON object.');
  }
  const input: Record<string, unknown> = { ...base };
  for (const flag of flags) {
    const given = words[flag.field];
    if (given !== undefined && !flag.secret) input[flag.field] = valueOf(flag, given);
  }
  const missing = flags.filter(({ field, required }) => required && !Object.hasOwn(input, field));
  const plain = missing.filter(({ secret }) => !secret);
  if (plain.length > 0) throw new UsageError(`Missing: ${plain.map(missed).join(', ')}`);
  const given =
    missing.length > 0
      ? await secrets(
          io,
          missing.map(({ field }) => field),
        )
      : [];
  missing.forEach(({ field }, at) => (input[field] = given[at]));
  return Object.keys(input).length > 0 || schema?.required?.length ? input : undefined;
}

function missed(flag: Flag): string {
  const expected = expectedOf(flag);
  return expected ? `${flag.name} (${expected})` : flag.name;
}

async function wholeInput(io: Io, given: string): Promise<unknown> {
  if (given === '-') return jsonOf(await text(io.stdin), 'Standard input');
  if (!given.startsWith('@')) return jsonOf(given, '--input');
  const file = given.slice(1);
  const content = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`${file} cannot be read.`);
  });
  return jsonOf(content, file);
}
