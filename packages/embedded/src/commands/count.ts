import { equal } from '../bson/compare.ts';
import { encodeKey } from '../bson/keys.ts';
import { someValue } from '../bson/path.ts';
import type { Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { find, prepare, type Prepared } from '../query/find.ts';
import { PAUSE, type Found } from '../query/scan.ts';
import {
  collectionOf,
  environmentOf,
  matchOptions,
  optionalDoc,
  optionalNumber,
  type Command,
  type Context,
} from './context.ts';
import { Slices } from './cursor.ts';

function prepareQuery(context: Context): Prepared {
  const skip = optionalNumber(context, 'skip') ?? 0;
  if (skip < 0) fail(51024, `BSON field 'skip' value must be >= 0, actual value '${skip}'`);
  return prepare(context.data, collectionOf(context), {
    filter: optionalDoc(context, 'query') ?? {},
    hint: context.body['hint'],
    skip,
    limit: Math.abs(optionalNumber(context, 'limit') ?? 0) || undefined,
    match: matchOptions(context),
  });
}

export const count: Command = {
  fields: ['query', 'limit', 'skip', 'hint', 'collation', 'fields'],
  async run(context) {
    const collection = collectionOf(context);
    const query = optionalDoc(context, 'query');
    const whole =
      (!query || Object.keys(query).length === 0) &&
      context.body['skip'] === undefined &&
      context.body['limit'] === undefined;
    if (collection && whole) return { n: context.data.countDocuments(collection) };
    const slices = new Slices(context.deadline);
    let n = 0;
    for (const item of find(context.data, collection, prepareQuery(context))) {
      if (item === PAUSE) await slices.pause();
      else n++;
    }
    return { n };
  },
};

export const distinct: Command = {
  fields: ['key', 'query', 'collation', 'hint'],
  inTransaction: true,
  async run(context) {
    const { key } = context.body;
    if (typeof key !== 'string')
      return fail('TypeMismatch', "BSON field 'distinct.key' is the wrong type, expected type 'string'");
    if (key === '' || key.includes('\0')) fail('BadValue', 'Key field cannot be empty');
    const path = key.split('.');
    const values = new Map<string, Value>();
    const slices = new Slices(context.deadline);
    const { strings } = environmentOf(context);
    for (const item of find(context.data, collectionOf(context), prepareQuery(context))) {
      if (item === PAUSE) {
        await slices.pause();
        continue;
      }
      someValue((item as Found).doc, path, (value, position) => {
        // An array counts by its elements, and not as a whole.
        if (value === undefined || (Array.isArray(value) && position === undefined)) return false;
        const name = encodeKey([value]).toString('latin1');
        const known = strings
          ? [...values.values()].some((other) => equal(other, value, strings))
          : values.has(name);
        if (!known) values.set(name, value);
        return false;
      });
    }
    const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
    return { values: sorted };
  },
};
