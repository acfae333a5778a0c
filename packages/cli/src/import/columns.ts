// Which column of a file is which field: guessed from Indonesian and English headings, or said.
import { UsageError } from '../usage.ts';

export interface Field {
  readonly name: string;
  readonly required: boolean;
  /** What a column of it is called, in small letters without spaces and signs. */
  readonly headings: readonly string[];
  /** Whether it takes every column that is called so: allergies beside other notes are not to be lost. */
  readonly joined: boolean;
}

/** For each field the places of its columns, and the headings that belong to none. */
export interface Columns {
  readonly of: ReadonlyMap<string, readonly number[]>;
  readonly left: readonly string[];
}

export function field(name: string, headings: string, kind: 'required' | 'optional' | 'joined'): Field {
  const known = [plain(name), ...headings.split(' ')];
  return { name, required: kind === 'required', headings: known, joined: kind === 'joined' };
}

/**
 * @param said `field=Heading`; with no heading the field is left out
 * @throws UsageError when a required field has no column, or what was said names none
 */
export function columnsOf(
  fields: readonly Field[],
  headings: readonly string[],
  said: readonly string[],
): Columns {
  const wanted = new Map(said.map((one) => saidOf(one, fields)));
  const of = new Map<string, readonly number[]>();
  const used = new Set<number>();
  for (const one of fields) {
    const heading = wanted.get(one.name);
    const found = heading === undefined ? guessed(one, headings) : placesOf(headings, (it) => it === heading);
    if (heading && found.length === 0)
      throw new UsageError(`There is no column "${heading}". ${there(headings)}`);
    const free = found.slice(0, one.joined ? found.length : 1).filter((at) => !used.has(at));
    if (heading === '' || free.length === 0) continue;
    of.set(one.name, free);
    free.forEach((at) => used.add(at));
  }
  const missing = fields.filter(({ name, required }) => required && !of.has(name));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    throw new UsageError(
      `No column for: ${names}. ${there(headings)} Say which: --map ${missing[0]?.name}=Heading`,
    );
  }
  return { of, left: headings.filter((heading, at) => heading.trim() !== '' && !used.has(at)) };
}

/** A whole heading before a part of one: `No. HP (WA)` and `Catatan / Alergi` are known by their parts. */
function guessed({ headings: known }: Field, headings: readonly string[]): number[] {
  const whole = placesOf(headings, (one) => known.includes(plain(one)));
  const part = placesOf(headings, (one) => one.split(/[/&+,;()]/).some((it) => known.includes(plain(it))));
  return [...new Set([...whole, ...part])];
}

const placesOf = (headings: readonly string[], fits: (heading: string) => boolean): number[] =>
  headings.flatMap((heading, at) => (fits(heading.trim()) ? [at] : []));

function saidOf(text: string, fields: readonly Field[]): [string, string] {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  if (at > 0 && fields.some((one) => one.name === name)) return [name, text.slice(at + 1).trim()];
  const names = fields.map((one) => one.name).join(', ');
  throw new UsageError(`--map "${text}" should be field=Heading, with one of: ${names}`);
}

function there(headings: readonly string[]): string {
  return `The columns are: ${headings.map((heading) => `"${heading.trim()}"`).join(', ')}.`;
}

function plain(heading: string): string {
  return heading
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
