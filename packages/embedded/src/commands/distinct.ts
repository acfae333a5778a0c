import { encode } from '../bson/encode.ts';
import { Distinct } from '../bson/alike.ts';
import { compare } from '../bson/compare.ts';
import { isPosition } from '../bson/path.ts';
import { field, isDoc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { find, prepare } from '../query/find.ts';
import { PAUSE, type Found } from '../query/scan.ts';
import { ordering } from '../storage/merged.ts';
import { collectionOf, environmentOf, timelessOptions, type Command } from './context.ts';
import { readingSlices } from './cursor.ts';
import type { Checked } from '../fields.ts';

const fields = { key: 'string', query: 'object', collation: 'object', hint: 'hint' } as const;
/** So many values are put in order before others may run. */
const RUN = 500;
const LARGEST_ANSWER = 16 * 1024 * 1024;

export const distinct: Command = {
  struct: 'distinctCommandRequest',
  fields,
  required: ['key'],
  inTransaction: true,
  reads: true,
  async run(context) {
    const { key, query, hint } = context.body as Checked<typeof fields, 'key'>;
    if (key.includes('\0')) fail(31032, 'Key field cannot contain an embedded null byte');
    const collection = collectionOf(context);
    const prepared = prepare(context.data, collection, {
      filter: query ?? {},
      hint,
      match: timelessOptions(context),
    });
    const { strings } = environmentOf(context);
    const found = new Distinct(strings);
    let bytes = 0;
    const add = (value: Value): void => {
      if (found.add(value) === undefined) return;
      bytes += encode({ '': value }).length;
      if (bytes > LARGEST_ANSWER) fail(17217, 'distinct too big, 16mb cap');
    };
    const slices = readingSlices(context);
    for (const item of find(context.data, collection, prepared)) {
      if (item === PAUSE) await slices.pause();
      else for (const value of valuesAt((item as Found).doc, key.split('.'))) add(value);
    }
    const sorting = ordering(found.values, (a, b) => compare(a, b, strings), RUN);
    for (;;) {
      const { value, done } = sorting.next();
      if (done) return { values: value };
      await slices.pause();
    }
  },
};

/** The values at a path: an array at its end counts by its elements, one on the way is entered. */
function* valuesAt(value: Value | undefined, path: readonly string[]): Generator<Value> {
  const [name, ...rest] = path;
  if (name === undefined) {
    if (Array.isArray(value)) yield* value;
    else if (value !== undefined) yield value;
  } else if (isDoc(value)) yield* valuesAt(field(value, name), rest);
  else if (Array.isArray(value)) {
    if (isPosition(name)) yield* valuesAt(value[Number(name)], rest);
    else for (const item of value) if (isDoc(item)) yield* valuesAt(item, path);
  }
}
