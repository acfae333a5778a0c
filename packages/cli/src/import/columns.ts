// Which column of a file is which field: guessed from Indonesian and English headings, or said.
import { UsageError } from '../usage.ts';

export interface Field {
  readonly name: string;
  readonly required: boolean;
  /** What a column of it is called, in small letters without spaces and signs. */
  readonly headings: readonly string[];
}

/** For each field the place of its column, and the headings that belong to none. */
export interface Columns {
  readonly of: ReadonlyMap<string, number>;
  readonly left: readonly string[];
}

export function field(name: string, headings: string, required: 'required' | 'optional'): Field {
  return { name, required: required === 'required', headings: [plain(name), ...headings.split(' ')] };
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
  const of = new Map<string, number>();
  for (const { name, headings: known } of fields) {
    const heading = wanted.get(name);
    const at = headings.findIndex((one) =>
      heading === undefined ? known.includes(plain(one)) : one.trim() === heading,
    );
    if (heading && at < 0) throw new UsageError(`There is no column "${heading}". ${there(headings)}`);
    if (heading !== '' && at >= 0 && ![...of.values()].includes(at)) of.set(name, at);
  }
  const missing = fields.filter(({ name, required }) => required && !of.has(name));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    throw new UsageError(
      `No column for: ${names}. ${there(headings)} Say which: --map ${missing[0]?.name}=Heading`,
    );
  }
  const used = new Set(of.values());
  return { of, left: headings.filter((heading, at) => heading.trim() !== '' && !used.has(at)) };
}

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
