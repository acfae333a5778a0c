import { encode } from '../bson/codec.ts';
import { isDoc, isNumeric, type Doc, type Value } from '../bson/types.ts';
import { toNumber } from '../bson/numbers.ts';
import { fail } from '../errors.ts';
import { ChangeStream } from '../aggregate/change-stream.ts';
import { planPipeline, stageName, stagesOf, streamStages, type Place } from '../aggregate/pipeline.ts';
import { paced } from '../query/sorted.ts';
import type { Pausing } from '../query/scan.ts';
import { PAUSE } from '../query/scan.ts';
import {
  collectionName,
  environmentOf,
  known,
  memoryOf,
  optionalArray,
  variablesOf,
  type Command,
  type Context,
} from './context.ts';
import { collStatsDocument } from './coll-stats-stage.ts';
import { QueryBatches } from './cursor.ts';
import { openCursor } from './open-cursor.ts';

export const aggregateFields = [
  'pipeline',
  'explain',
  'allowDiskUse',
  'cursor',
  'bypassDocumentValidation',
  'collation',
  'hint',
  'let',
];

export const aggregate: Command = {
  fields: aggregateFields,
  inTransaction: true,
  async run(context) {
    const stages =
      optionalArray(context, 'pipeline') ??
      fail(40414, "BSON field 'aggregate.pipeline' is missing but a required field");
    const cursor = context.body['cursor'];
    if (!isDoc(cursor))
      return fail(
        'FailedToParse',
        "The 'cursor' option is required, except for aggregate with the explain argument",
      );
    for (const name of Object.keys(cursor))
      if (name !== 'batchSize') fail(40415, `BSON field 'cursor.${name}' is an unknown field.`);
    const size = isNumeric(cursor['batchSize']) ? toNumber(cursor['batchSize']) : 101;
    const [first] = stages;
    if (isDoc(first) && first['$changeStream'] !== undefined)
      return openStream(context, first['$changeStream'], stages.slice(1), size);
    if (typeof context.body['aggregate'] !== 'string') return withoutCollection(context, stages);
    const name = collectionName(context);
    if (isDoc(first) && first['$collStats'] !== undefined) {
      const rest = stagesOf(placeOf(context), stages.slice(1), variablesOf(context));
      const stats = paced([await collStatsDocument(context, name, first['$collStats'])]);
      const documents = rest.reduce((input, stage) => stage(input), stats);
      return openCursor(context, `${context.db}.${name}`, new QueryBatches(encoded(documents)), size);
    }
    const { documents } = planned(context, name, stages);
    return openCursor(context, `${context.db}.${name}`, new QueryBatches(encoded(documents)), size);
  },
};

/** Of what may begin a pipeline without a collection there is only $changeStream. */
function withoutCollection(context: Context, stages: Value[]): never {
  stagesOf(placeOf(context), stages, variablesOf(context));
  const what = stages.length ? `'${stageName(stages[0])}'` : 'an empty pipeline';
  return fail(
    'InvalidNamespace',
    `{aggregate: 1} is not valid for ${what}${stages.length ? '; a collection is required.' : '.'}`,
  );
}

function openStream(context: Context, spec: Value, rest: Value[], size: number) {
  if (context.transaction)
    fail('OperationNotSupportedInTransaction', '$changeStream cannot be used in a transaction');
  const whole = isDoc(spec) && spec['allChangesForCluster'] === true;
  if (whole && context.db !== 'admin')
    fail(
      'InvalidOptions',
      "A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database",
    );
  const collection = typeof context.body['aggregate'] === 'string' ? collectionName(context) : undefined;
  const stages = streamStages(placeOf(context), rest, variablesOf(context));
  const stream = new ChangeStream(
    context.server.store,
    { db: whole ? undefined : context.db, collection },
    spec,
    stages,
  );
  return openCursor(context, `${context.db}.${collection ?? '$cmd.aggregate'}`, stream, size, false, true);
}

const placeOf = (context: Context): Place => ({
  db: context.db,
  data: context.data,
  environment: environmentOf(context),
  find: (other) => known(context, other),
  hint: context.body['hint'],
  memory: memoryOf(context),
});

export function planned(context: Context, name: string, stages: Value[]) {
  return planPipeline(placeOf(context), name, stages, variablesOf(context));
}

function* encoded(source: Pausing<Doc>): Pausing<Buffer> {
  for (const item of source) yield item === PAUSE ? item : encode(item as Doc);
}
