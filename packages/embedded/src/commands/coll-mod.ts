import { equal } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { safeLong } from '../bson/safe-long.ts';
import { show } from '../bson/show.ts';
import { Int32, Long, type Doc, type Numeric } from '../bson/types.ts';
import type { Answer } from '../bson/encode.ts';
import { fail } from '../errors.ts';
import { checked } from '../fields.ts';
import { isTrue } from '../expression/boolean.ts';
import { nsOf, type Collection, type Index } from '../storage/catalogue.ts';
import { alone } from './alone.ts';
import { collectionName, collectionOf, type Command } from './context.ts';

const fields = {
  name: 'string',
  keyPattern: 'object',
  hidden: 'flag',
  expireAfterSeconds: 'number',
} as const;

/** Hides an index or shows it again, and changes after what time a TTL index lets documents expire. */
export const collMod: Command = {
  fields: { index: 'object' },
  writes: true,
  run(context) {
    const name = collectionName(context);
    const find = () =>
      [
        collectionOf(context) ?? fail('NamespaceNotFound', `ns does not exist: ${context.db}.${name}`),
      ] as const;
    const wanted = context.body['index'] as Doc | undefined;
    if (!wanted) {
      find();
      return {};
    }
    return alone(context, find, ([collection]) => {
      const { index, spec, answer } = changed(collection, wanted);
      const { store } = context.server;
      store.group.write(() => store.catalogue.changeIndex(collection, index, spec));
      return answer;
    });
  },
};

function changed(
  collection: Collection,
  wanted: Doc,
): { index: Index; spec: Doc; answer: Record<string, Answer> } {
  const { name, keyPattern, hidden, expireAfterSeconds } = checked('collMod.index', wanted, fields);
  if (name !== undefined && keyPattern !== undefined)
    fail('InvalidOptions', 'Cannot specify both key pattern and name.');
  if (name === undefined && keyPattern === undefined)
    fail('InvalidOptions', 'Must specify either index name or key pattern.');
  if (hidden === undefined && expireAfterSeconds === undefined)
    fail('InvalidOptions', 'no expireAfterSeconds, hidden, unique, or prepareUnique field');
  const shown = name ?? show(keyPattern ?? null);
  const [index = fail('IndexNotFound', `cannot find index ${shown} for ns ${nsOf(collection)}`), ...others] =
    collection.indexes.filter((one) => (keyPattern ? equal(one.key, keyPattern) : one.name === name));
  if (others.length > 0)
    fail('AmbiguousIndexKeyPattern', `index keyPattern ${shown} matches several indexes`);
  const { expireAfterSeconds: old, hidden: _, ...spec } = index.spec;
  const answer: Record<string, Answer> = {};
  if (expireAfterSeconds !== undefined) {
    const seconds = Math.min(safeLong(expireAfterSeconds), 0x7fffffff);
    if (seconds < 0) fail('InvalidOptions', 'TTL index expireAfterSeconds cannot be less than 0');
    if (index.name === '_id_' || index.paths.length > 1)
      fail('InvalidOptions', 'TTL indexes are on one field, which is not _id');
    spec['expireAfterSeconds'] = new Int32(seconds);
    if (old !== undefined) answer['expireAfterSeconds_old'] = Long.fromNumber(toNumber(old as Numeric));
    answer['expireAfterSeconds_new'] = Long.fromNumber(seconds);
  } else if (old !== undefined) {
    spec['expireAfterSeconds'] = old;
  }
  const hide = hidden === undefined ? index.hidden : isTrue(hidden);
  if (hide && index.name === '_id_') fail('BadValue', "can't hide _id index");
  if (hide) spec['hidden'] = true;
  if (hide !== index.hidden) Object.assign(answer, { hidden_old: index.hidden, hidden_new: hide });
  return { index, spec, answer };
}
