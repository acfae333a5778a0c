import { int64Of } from '../bson/arithmetic.ts';
import { isNumeric, Long, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { find, prepare, type Prepared } from '../query/find.ts';
import { PAUSE } from '../query/scan.ts';
import type { Collection } from '../storage/catalogue.ts';
import { collectionOf, timelessOptions, type Command, type Context } from './context.ts';
import { readingSlices } from './cursor.ts';
import type { Checked } from '../fields.ts';
import { countOf } from './find.ts';

const fields = {
  query: 'object',
  limit: 'any',
  skip: 'number',
  hint: 'hint',
  collation: 'object',
  fields: 'any',
} as const;

export const count: Command = {
  fields,
  reads: true,
  async run(context) {
    const collection = collectionOf(context);
    const prepared = prepareCount(context, collection);
    const { filter, skip, limit, hint } = prepared.request;
    const whole = Object.keys(filter).length === 0 && !skip && !limit && hint === undefined;
    if (collection && whole) return { n: context.data.countDocuments(collection) };
    const slices = readingSlices(context);
    let n = 0;
    for (const item of find(context.data, collection, prepared)) {
      if (item === PAUSE) await slices.pause();
      else n++;
    }
    return { n };
  },
};

export function prepareCount(context: Context, collection: Collection | undefined): Prepared {
  const { query = {}, limit, skip, hint } = context.body as Checked<typeof fields>;
  return prepare(context.data, collection, {
    filter: query,
    hint,
    skip: countOf('skip', skip),
    limit: limitOf(limit),
    match: timelessOptions(context),
  });
}

/** A negative limit counts as a positive one, and zero as none. */
function limitOf(limit: Value | undefined): number | undefined {
  if (limit === undefined) return undefined;
  if (!isNumeric(limit)) return fail('BadValue', 'limit value is not a valid number');
  const whole = int64Of(limit, true);
  if (whole === undefined) return fail('FailedToParse', 'Expected a 64-bit integer');
  if (whole === Long.MIN_VALUE.toBigInt()) fail('BadValue', 'limit value for count cannot be min long');
  return Math.abs(Number(whole)) || undefined;
}
