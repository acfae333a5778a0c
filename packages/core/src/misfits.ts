// What does not fit a schema, in words for whoever wrote it: which field, what was given, what is expected.
import type { z } from 'zod';
import { examples } from './examples.ts';
import { namesSomebody } from './text.ts';

/** A field that does not fit. */
export interface Misfit {
  /** Such as `steps.0.staffId`; empty for the input as a whole. */
  readonly path: string;
  /** Such as `"tomorrow" does not fit. Write a day, such as 2026-11-24.` */
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

const formats: Partial<Record<string, string>> = {
  date: `a day, such as ${examples.day}`,
  datetime: `an instant, such as ${examples.utc}`,
  email: `an email address, such as ${examples.email}`,
  url: `an address, such as ${examples.address}`,
};

const types: Partial<Record<string, string>> = {
  string: 'text',
  number: 'a number, such as 15',
  int: 'a whole number, such as 15',
  boolean: 'true or false',
  date: `an instant, such as ${examples.instant}`,
  array: 'a list',
  object: 'an object with named fields',
  record: 'an object with named fields',
};

/** What somebody wrote into one of these is not repeated. */
const secret = /password|token|secret|hash/i;

const longest = 60;

/** @param input what was read, to say what was given; it is not said where this is left out */
export function misfits({ issues }: z.ZodError, input: unknown): Misfit[] {
  return issues
    .flatMap((issue) => innermost(issue))
    .map((issue) => ({ path: issue.path.join('.'), message: messageOf(issue, input) }));
}

/** Of what may be one of several, the only one that what was given resembles. */
function innermost(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const [branch, ...others] = issue.errors.filter((one) => one.every(({ path }) => path.length > 0));
  if (!branch || others.length > 0) return [issue];
  return branch.flatMap((one) => innermost({ ...one, path: [...issue.path, ...one.path] }));
}

function messageOf(issue: Issue, input: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => quoted(key)).join(', ');
    return `${keys} ${issue.keys.length > 1 ? 'are' : 'is'} not known here.`;
  }
  const expected = sentence(expectedBy(issue));
  if (input === undefined && issue.path.length > 0) return expected;
  const value = at(input, issue.path);
  if (value === undefined) return `This is missing. ${expected}`;
  const hidden =
    issue.path.some((part) => secret.test(String(part))) ||
    (typeof value === 'string' && namesSomebody(value));
  return `${hidden ? 'This' : given(value)} does not fit. ${expected}`;
}

/** What should have been written: the rest of "Write ...", or a sentence of its own. */
function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return isZods(issue)
        ? (types[issue.expected] ?? `a value of the type ${issue.expected}`)
        : issue.message;
    case 'invalid_format':
      return isZods(issue) ? (formats[issue.format] ?? 'it in its form') : issue.message;
    case 'invalid_value':
      return issue.values.length > 1
        ? `one of: ${issue.values.map(String).join(', ')}`
        : String(issue.values[0]) || 'nothing';
    case 'too_small':
      return bounded(issue.origin, issue.minimum, 'at least');
    case 'too_big':
      return bounded(issue.origin, issue.maximum, 'at most');
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return either(issue.errors);
    default:
      return issue.message;
  }
}

/** Whether nobody of us has said what is expected there. */
function isZods({ message }: Issue): boolean {
  return message.startsWith('Invalid ');
}

function bounded(origin: string, bound: number | bigint | Date, which: 'at least' | 'at most'): string {
  switch (origin) {
    case 'string':
      return bound === 1 ? 'something' : `${which} ${bound} characters`;
    case 'array':
      return `${which} ${bound} of them`;
    case 'date':
      return `an instant ${which === 'at least' ? 'from' : 'until'} ${new Date(Number(bound)).toISOString()}`;
    default:
      return `${which} ${bound}`;
  }
}

function either(branches: readonly (readonly Issue[])[]): string {
  const each = branches.flatMap(([first]) => (first ? [phrase(expectedBy(first))] : []));
  // What may be a word beside something else says the else first.
  return [...new Set(each)].toSorted((one, other) => other.length - one.length).join(', or ');
}

function phrase(expected: string): string {
  return expected.replace(/^Write /, '').replace(/\.$/, '');
}

function sentence(expected: string): string {
  return expected.endsWith('.') ? expected : `Write ${expected}.`;
}

function at(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[part];
  }
  return value;
}

function given(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'No instant' : value.toISOString();
  if (Array.isArray(value)) return 'A list';
  return typeof value === 'object' && value !== null ? 'An object' : String(value);
}

/** Neither long, nor able to steer the terminal of who reads it. */
export function quoted(text: string): string {
  const shown = text.toWellFormed().replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
  return `"${shown.length > longest ? `${shown.slice(0, longest - 1)}…` : shown}"`;
}
