import { safeLong } from '../bson/safe-long.ts';
import type { Numeric } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { find as findDocuments, prepare, projected, type Prepared } from '../query/find.ts';
import { parseSort } from '../query/sort.ts';
import type { Collection } from '../storage/catalogue.ts';
import { collectionName, known, matchOptions, memoryOf, type Command, type Context } from './context.ts';
import { QueryBatches } from './cursor.ts';
import type { Checked } from '../fields.ts';
import { openCursor } from './open-cursor.ts';
import { projectionOf } from './projecting.ts';

export const findFields = {
  filter: 'document',
  sort: 'document',
  projection: 'document',
  hint: 'hint',
  skip: 'number',
  limit: 'number',
  batchSize: 'number',
  singleBatch: 'optionalBool',
  returnKey: 'optionalBool',
  showRecordId: 'optionalBool',
  tailable: 'optionalBool',
  oplogReplay: 'optionalBool',
  noCursorTimeout: 'optionalBool',
  awaitData: 'optionalBool',
  allowPartialResults: 'optionalBool',
  collation: 'document',
  allowDiskUse: 'optionalBool',
  let: 'object',
} as const;

type Body = Checked<typeof findFields>;

export const find: Command = {
  struct: 'FindCommandRequest',
  fields: findFields,
  inTransaction: true,
  reads: true,
  async run(context) {
    const body = context.body as Body;
    const name = collectionName(context);
    const collection = known(context, name);
    const prepared = prepareFind(context, collection);
    const project = projectionOf(context, body.projection, body.filter);
    const bodies = projected(findDocuments(context.data, collection, prepared), project);
    return openCursor(
      context,
      `${context.db}.${name}`,
      new QueryBatches(bodies),
      countOf('batchSize', body.batchSize) ?? 101,
      body.singleBatch,
    );
  },
};

export function prepareFind(context: Context, collection: Collection | undefined): Prepared {
  const body = context.body as Body;
  for (const field of ['returnKey', 'showRecordId'] as const)
    if (body[field]) fail(40415, `BSON field 'FindCommandRequest.${field}' is an unknown field.`);
  if (body.awaitData && !body.tailable)
    fail('FailedToParse', "Cannot set 'awaitData' without also setting 'tailable'");
  // Where there is no collection there is nothing to wait for either.
  if (body.tailable && collection) fail('BadValue', 'tailable cursor requested on non capped collection');
  const natural = body.sort?.['$natural'];
  return prepare(context.data, collection, {
    filter: body.filter ?? {},
    sort: natural === undefined ? parseSort(body.sort) : undefined,
    hint: natural === undefined ? body.hint : { $natural: natural },
    skip: countOf('skip', body.skip),
    limit: countOf('limit', body.limit) || undefined,
    match: matchOptions(context),
    memory: memoryOf(context),
  });
}

/** A number of documents. */
export function countOf(name: string, value: Numeric | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = safeLong(value);
  if (number < 0) fail('BadValue', `BSON field '${name}' value must be >= 0, actual value '${number}'`);
  return number;
}
