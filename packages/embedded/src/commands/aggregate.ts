import { ChangeStream, parseStream } from '../aggregate/change-stream.ts';
import {
  compileStages,
  firstStage,
  givenPipeline,
  isGiven,
  stageName,
  streamStages,
  through,
} from '../aggregate/pipeline.ts';
import { encode } from '../bson/encode.ts';
import { MAX_DOCUMENT } from '../bson/limits.ts';
import { toNumber } from '../bson/numbers.ts';
import { safeLong } from '../bson/safe-long.ts';
import { isNumeric, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { checked } from '../fields.ts';
import { PAUSE, type Pausing } from '../query/scan.ts';
import { collStatsDocument } from './coll-stats-stage.ts';
import { collectionName, variablesOf, type Command, type Context } from './context.ts';
import { QueryBatches } from './cursor.ts';
import { explainCommand } from './explain.ts';
import { openCursor } from './open-cursor.ts';
import { placeOf, planned } from './planned.ts';
import { internal } from './session-options.ts';

/** A document on its way through a pipeline may be a little larger than one that is stored. */
const MAX_RESULT = MAX_DOCUMENT + 16 * 1024;

export const aggregate: Command = {
  fields: {
    pipeline: 'pipeline',
    explain: 'explain',
    allowDiskUse: 'optionalBool',
    cursor: 'cursor',
    bypassDocumentValidation: 'flag',
    collation: 'object',
    hint: 'hint',
    let: 'object',
  },
  required: ['pipeline'],
  inTransaction: true,
  reads: true,
  async run(context) {
    const { pipeline, explain, cursor } = context.body as {
      pipeline: Value[];
      explain?: boolean;
      cursor?: Doc;
    };
    const size = batchSize(cursor ?? {});
    if (!cursor && !explain)
      fail(
        'FailedToParse',
        "The 'cursor' option is required, except for aggregate with the explain argument",
      );
    if (explain && context.body['writeConcern'])
      fail('FailedToParse', "Aggregation explain does not support the 'writeConcern' option");
    const name = targetOf(context);
    const first = firstStage(pipeline);
    const [spec] = Object.values((pipeline[0] ?? {}) as Doc) as [Value];
    if (first === '$changeStream' && !explain)
      return openStream(context, name, parseStream(spec), pipeline.slice(1), size);
    if (first === '$changeStream') return explainCommand(context, aggregate, 'queryPlanner');
    if (name === undefined) return withoutCollection(context, pipeline, explain ? undefined : size);
    if (explain) return explainCommand(context, aggregate, 'queryPlanner');
    const documents =
      first === '$collStats'
        ? through(
            placeOf(context),
            [await collStatsDocument(context, name, spec)],
            pipeline.slice(1),
            variablesOf(context),
          )
        : planned(context, name, pipeline).documents;
    return openCursor(context, `${context.db}.${name}`, new QueryBatches(encoded(documents)), size);
  },
};

function batchSize(cursor: Doc): number {
  const { batchSize: given } = checked('cursor', cursor, { batchSize: 'number' } as const);
  const size = given === undefined ? 101 : safeLong(given);
  if (size < 0) fail('BadValue', `BSON field 'batchSize' value must be >= 0, actual value '${size}'`);
  return size;
}

/** The collection that is meant; undefined for all of a database. */
function targetOf(context: Context): string | undefined {
  const target = context.body['aggregate'];
  if (typeof target === 'string') return collectionName(context);
  if (!isNumeric(target))
    return fail('InvalidNamespace', `collection name has invalid type ${typeName(target)}`);
  if (toNumber(target) !== 1)
    fail('BadValue', "Invalid command format: the 'aggregate' field must specify a collection name or 1");
  return undefined;
}

/** What may begin a pipeline without a collection is $documents, and $changeStream. */
function withoutCollection(context: Context, pipeline: Value[], size: number | undefined) {
  const [place, variables] = [placeOf(context), variablesOf(context)];
  if (isGiven(pipeline)) {
    if (size === undefined) return explainCommand(context, aggregate, 'queryPlanner');
    const batches = new QueryBatches(encoded(givenPipeline(place, pipeline, variables)));
    return openCursor(context, `${context.db}.$cmd.aggregate`, batches, size);
  }
  compileStages(place, pipeline, variables);
  const what = pipeline[0] ? `'${stageName(pipeline[0])}'` : 'an empty pipeline';
  return fail('InvalidNamespace', `{aggregate: 1} is not valid for ${what}; a collection is required.`);
}

function openStream(
  context: Context,
  collection: string | undefined,
  spec: ReturnType<typeof parseStream>,
  rest: Value[],
  size: number,
) {
  if (context.transaction)
    fail('OperationNotSupportedInTransaction', '$changeStream cannot be used in a transaction');
  const level = (context.body['readConcern'] as Doc | undefined)?.['level'] ?? 'majority';
  if (level !== 'majority')
    fail(
      'InvalidOptions',
      `Command aggregate does not support { readConcern: { level: "${level as string}" } } :: caused by :: Aggregation stage $changeStream cannot run with a readConcern other than 'majority'`,
    );
  const { allChangesForCluster: whole = false } = spec;
  if (whole && (context.db !== 'admin' || collection !== undefined))
    fail(
      'InvalidOptions',
      "A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database, and with no collection name",
    );
  if (!whole && internal.includes(context.db))
    fail('InvalidNamespace', `$changeStream may not be opened on the internal ${context.db} database`);
  if (collection?.startsWith('system.'))
    fail('InvalidNamespace', `$changeStream may not be opened on the internal ${collection} collection`);
  const stages = streamStages(placeOf(context), rest, variablesOf(context));
  const watched = { db: whole ? undefined : context.db, collection };
  const stream = new ChangeStream(context.server.store, watched, spec, stages);
  return openCursor(context, `${context.db}.${collection ?? '$cmd.aggregate'}`, stream, size, false, true);
}

function* encoded(source: Pausing<Doc>): Pausing<Buffer> {
  for (const item of source) {
    if (item === PAUSE) yield item;
    else {
      const body = encode(item as Doc);
      if (body.length > MAX_RESULT)
        fail(
          'BSONObjectTooLarge',
          `BSONObj size: ${body.length} is invalid. Size must be between 0 and ${MAX_RESULT}`,
        );
      yield body;
    }
  }
}
