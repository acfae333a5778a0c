import { fail } from '../errors.ts';
import { find as findDocuments, prepare, projected, type Prepared } from '../query/find.ts';
import { parseSort } from '../query/sort.ts';
import type { Collection } from '../storage/catalogue.ts';
import {
  collectionName,
  known,
  matchOptions,
  memoryOf,
  optionalDoc,
  optionalNumber,
  type Command,
  type Context,
} from './context.ts';
import { QueryBatches } from './cursor.ts';
import { openCursor } from './open-cursor.ts';
import { projectionOf } from './projecting.ts';

export const findFields = [
  'filter',
  'sort',
  'projection',
  'hint',
  'skip',
  'limit',
  'batchSize',
  'singleBatch',
  'min',
  'max',
  'returnKey',
  'showRecordId',
  'tailable',
  'oplogReplay',
  'noCursorTimeout',
  'awaitData',
  'allowPartialResults',
  'collation',
  'allowDiskUse',
  'let',
];

const refused = ['min', 'max', 'returnKey', 'showRecordId', 'tailable', 'awaitData'];

export const find: Command = {
  fields: findFields,
  inTransaction: true,
  async run(context) {
    const name = collectionName(context);
    const collection = known(context, name);
    const prepared = prepareFind(context, collection);
    const projection = projectionOf(context, optionalDoc(context, 'projection'));
    const found = findDocuments(context.data, collection, prepared);
    const bodies = projected(found, prepared, projection?.apply, projection?.needsHit ?? false);
    const limit = optionalNumber(context, 'limit') ?? 0;
    const single = context.body['singleBatch'] === true || limit < 0;
    return openCursor(
      context,
      `${context.db}.${name}`,
      new QueryBatches(bodies),
      optionalNumber(context, 'batchSize') ?? 101,
      single,
    );
  },
};

export function prepareFind(context: Context, collection: Collection | undefined): Prepared {
  for (const field of refused)
    if (context.body[field] !== undefined && context.body[field] !== false)
      fail('BadValue', `find option '${field}' is not supported`);
  const skip = optionalNumber(context, 'skip') ?? 0;
  const limit = Math.abs(optionalNumber(context, 'limit') ?? 0);
  if (skip < 0) fail(51024, `BSON field 'skip' value must be >= 0, actual value '${skip}'`);
  const natural = optionalDoc(context, 'sort')?.['$natural'];
  return prepare(context.data, collection, {
    filter: optionalDoc(context, 'filter') ?? {},
    sort: natural === undefined ? parseSort(context.body['sort']) : undefined,
    hint: natural === undefined ? context.body['hint'] : { $natural: natural },
    skip,
    limit: limit || undefined,
    memory: memoryOf(context),
    match: matchOptions(context),
  });
}
