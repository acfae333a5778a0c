// A procedure's input as flags of a command, read off the JSON Schema of its zod schema.
import { Option } from 'commander';
import type { Described, JsonSchema } from '@paper-circe/api';
import { examples } from '@paper-circe/core';
import { UsageError } from '../usage.ts';
import { exampleOf } from './example.ts';

type Kind = 'text' | 'number' | 'instant' | 'yes or no' | 'json';

/** A field of the input, and the flag that gives it. */
export interface Flag {
  readonly field: string;
  /** `--treatment-id` */
  readonly name: string;
  readonly kind: Kind;
  /** Given several times or with several values. */
  readonly many: boolean;
  readonly required: boolean;
  /** A password or a token: it is asked for, never a flag. */
  readonly secret: boolean;
  readonly choices: readonly string[];
  readonly schema: JsonSchema;
}

export function flagsOf({ input }: Described): Flag[] {
  return Object.entries(input?.properties ?? {}).map(([field, property]) => {
    const schema = typeof property === 'object' ? property : {};
    const many = schema.type === 'array' && kindOf(itemOf(schema)) !== 'json';
    const one = many ? itemOf(schema) : schema;
    return {
      field,
      name: `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      kind: kindOf(one),
      many,
      required: input?.required?.includes(field) ?? false,
      secret: /(password|token)$/i.test(field),
      choices: one.enum?.map(String) ?? [],
      schema,
    };
  });
}

export function optionOf(flag: Flag): Option {
  const { name, kind, many, required } = flag;
  const value = kind === 'yes or no' ? ' [true|false]' : ` <${kind}${many ? '...' : ''}>`;
  return new Option(`${name}${value}`, [expectedOf(flag), required && 'required'].filter(Boolean).join('; '));
}

/** What a flag takes, with an example where one helps. */
export function expectedOf({ kind, many, choices, schema }: Flag): string {
  return [
    choices.join(', '),
    kind === 'instant' && `with its offset: ${examples.instant}`,
    schema.format === 'date' && `a day: ${examples.day}`,
    kind === 'number' && rangeOf(many ? itemOf(schema) : schema),
    kind === 'json' && `such as ${exampleOf(schema)}`,
    schema.default !== undefined && `default ${JSON.stringify(schema.default)}`,
  ]
    .filter(Boolean)
    .join('; ');
}

/**
 * What a flag's words mean.
 * @throws UsageError when they are not of its kind
 */
export function valueOf(flag: Flag, given: string | readonly string[] | true): unknown {
  if (given === true) return true;
  if (typeof given !== 'string') return given.map((one) => valueOf({ ...flag, many: false }, one));
  const wrong = (wanted: string) => new UsageError(`${flag.name}: "${given}" is ${wanted}`);
  switch (flag.kind) {
    case 'text':
      return given;
    case 'number':
      if (given.trim() === '' || !Number.isFinite(Number(given))) throw wrong('no number. Write it as 15');
      return Number(given);
    case 'yes or no':
      if (given !== 'true' && given !== 'false') throw wrong('neither true nor false.');
      return given === 'true';
    case 'instant': {
      const at = instantOf(given);
      if (!at) throw wrong(`no moment. Write it with its offset, as ${examples.instant}`);
      return at;
    }
    case 'json':
      return withInstants(flag.schema, jsonOf(given, flag.name, flag.schema));
  }
}

/** @throws UsageError when a text is no JSON, with an example of what its schema asks for */
export function jsonOf(text: string, name: string, schema: JsonSchema = {}): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${name}: this is no JSON. Write it as ${exampleOf(schema)}`);
  }
}

function rangeOf({ minimum, maximum }: JsonSchema): string | undefined {
  const [least, most] = [minimum, maximum].map((bound) =>
    bound !== undefined && Number.isSafeInteger(bound) && Math.abs(bound) < Number.MAX_SAFE_INTEGER
      ? bound
      : undefined,
  );
  if (most === undefined) return least === undefined ? undefined : `${least} or more`;
  return least === undefined ? `up to ${most}` : `${least} to ${most}`;
}

/** The same value with a Date wherever its schema says an instant and it holds the text of one. */
export function withInstants(schema: JsonSchema, value: unknown): unknown {
  if (typeof value === 'string') return (schema.format === 'date-time' && instantOf(value)) || value;
  if (Array.isArray(value)) return value.map((one) => withInstants(itemOf(schema), one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, one]) => {
      const property = Object.hasOwn(schema.properties ?? {}, field) ? schema.properties?.[field] : undefined;
      return [field, withInstants(typeof property === 'object' ? property : {}, one)];
    }),
  );
}

/** An instant is one everywhere: without an offset it would be another one on another machine. */
function instantOf(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function itemOf({ items }: JsonSchema): JsonSchema {
  return typeof items === 'object' && !Array.isArray(items) ? items : {};
}

function kindOf(schema: JsonSchema): Kind {
  if (schema.format === 'date-time') return 'instant';
  if (schema.type === 'string') return 'text';
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  if (schema.type === 'boolean') return 'yes or no';
  const every = schema.anyOf?.map((one) => (typeof one === 'object' ? kindOf(one) : 'json'));
  return every?.every((kind) => kind === 'text') ? 'text' : 'json';
}
