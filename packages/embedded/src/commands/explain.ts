import { firstStage, givenPipeline, isGiven, through } from '../aggregate/pipeline.ts';
import { decode } from '../bson/decode.ts';
import type { Answer, Raw } from '../bson/encode.ts';
import { Double, isNumeric, type Int32, namesOf, type Doc, type Value } from '../bson/types.ts';
import { toNumber } from '../bson/numbers.ts';
import { fail, MongoError } from '../errors.ts';
import { isTrue } from '../expression/boolean.ts';
import type { Checked } from '../fields.ts';
import { parseFilter } from '../query/filter.ts';
import { find as findDocuments, prepare, type FindRequest, type Prepared } from '../query/find.ts';
import { PAUSE, type Pausing } from '../query/scan.ts';
import { parseSort } from '../query/sort.ts';
import { checkCommand } from './check-command.ts';
import { collStatsDocument } from './coll-stats-stage.ts';
import {
  collectionName,
  collectionOf,
  matchOptions,
  variablesOf,
  type Command,
  type Context,
} from './context.ts';
import { readingSlices } from './cursor.ts';
import { prepareCount } from './count.ts';
import { dryRun } from './dry-run.ts';
import { rejectedPlans, shownPlan } from './explain-plan.ts';
import { prepareFind } from './find.ts';
import { placeOf, planned } from './planned.ts';
import { shapeHashes } from './query-shape.ts';
import { VERSION } from './status.ts';

const verbosities = ['queryPlanner', 'executionStats', 'allPlansExecution'];
const fields = { explain: 'object', verbosity: 'string' } as const;

export const explain: Command = {
  fields,
  required: ['explain'],
  async run(context) {
    const { explain: inner, verbosity = 'allPlansExecution' } = context.body as Checked<
      typeof fields,
      'explain'
    >;
    if (!verbosities.includes(verbosity))
      fail(
        'BadValue',
        "verbosity string must be one of {'queryPlanner', 'executionStats', 'allPlansExecution'}",
      );
    const name = namesOf(inner)[0] ?? '';
    const command =
      context.server.commands.get(name) ??
      fail('CommandNotFound', `Explain failed due to unknown command: ${name}`);
    const { $db: db = context.db } = inner;
    if (db !== context.db)
      fail(
        'InvalidNamespace',
        `Mismatched $db in explain command. Expected ${context.db} but got ${String(db)}`,
      );
    const body = { ...inner, $db: db };
    checkCommand(name, command, body);
    return explainCommand({ ...context, name, body }, command, verbosity);
  },
};

export async function explainCommand(
  context: Context,
  command: Command,
  verbosity: string,
): Promise<Record<string, Answer>> {
  const { name, body } = context;
  if (name === 'aggregate') {
    const pipeline = body['pipeline'] as Doc[];
    const first = firstStage(pipeline);
    if (first === '$changeStream') fail('CommandNotSupported', `explain of ${first} is not supported`);
    if (first === '$collStats' && !isNumeric(body['aggregate'])) {
      const stats = await collStatsDocument(context, collectionName(context), pipeline[0]?.[first] as Value);
      const run = (...to: Parameters<typeof givenPipeline>) => through(to[0], [stats], to[1].slice(1), to[2]);
      return explainStages(context, run, verbosity);
    }
    if (isNumeric(body['aggregate']) && isGiven(pipeline))
      return explainStages(context, givenPipeline, verbosity);
  }
  if (writeStage(context)) await checkWrite(context, command);
  const { prepared, source } = queryOf(context);
  const stage = shownStage(context);
  const shown = (plan: Record<string, Answer>) => under(stage, plan);
  const hashes = shapeHashes(context, prepared.filter);
  return {
    explainVersion: '1',
    ...(command.reads ? { queryShapeHash: hashes.query } : {}),
    queryPlanner: {
      namespace: `${context.db}.${collectionName(context)}`,
      parsedQuery: prepared.request.filter,
      indexFilterSet: false,
      planCacheShapeHash: hashes.plan,
      winningPlan: shown(shownPlan(asShown(context, prepared), prepared.plan.whole)),
      rejectedPlans: rejectedPlans(asShown(context, prepared)).map(shown),
    },
    ...(verbosity === 'queryPlanner'
      ? {}
      : {
          executionStats: {
            ...(await executed(context, command, prepared, source)),
            ...(verbosity === 'allPlansExecution' ? { allPlansExecution: [] } : {}),
          },
        }),
    ...about(context),
    explainOk: new Double(1),
  };
}

const about = ({ body, server }: Context): Record<string, Answer> => ({
  command: body,
  serverInfo: { host: server.address, version: VERSION },
  serverParameters: {},
});

/** Explains a pipeline that reads no collection, which is told by its stages. */
async function explainStages(
  context: Context,
  run: typeof givenPipeline,
  verbosity: string,
): Promise<Record<string, Answer>> {
  const pipeline = context.body['pipeline'] as Doc[];
  const [place, variables] = [placeOf(context), variablesOf(context)];
  const slices = readingSlices(context);
  const stages: Record<string, Answer>[] = [];
  for (const [at, stage] of pipeline.entries()) {
    const started = performance.now();
    const source = run(place, pipeline.slice(0, at + 1), variables);
    let nReturned = 0n;
    if (verbosity !== 'queryPlanner')
      for (const item of source)
        if (item === PAUSE) await slices.pause();
        else nReturned++;
    const executionTimeMillisEstimate = BigInt(Math.round(performance.now() - started));
    stages.push(verbosity === 'queryPlanner' ? stage : { ...stage, nReturned, executionTimeMillisEstimate });
  }
  const { query: queryShapeHash } = shapeHashes(context, parseFilter({}));
  return { explainVersion: '1', queryShapeHash, stages, ...about(context) };
}

async function executed(
  context: Context,
  command: Command,
  prepared: Prepared,
  source: Pausing<unknown>,
): Promise<Record<string, Answer>> {
  const started = performance.now();
  const slices = readingSlices(context);
  let nReturned = 0;
  let failed: MongoError | undefined;
  try {
    for (const item of source) {
      if (item === PAUSE) await slices.pause();
      else nReturned++;
    }
  } catch (error) {
    // That a query fails is what explain tells of it; a pipeline, and what took too long, fails itself.
    const tells = error instanceof MongoError && error.codeName !== 'MaxTimeMSExpired';
    if (!tells || context.name === 'aggregate') throw error;
    failed = error;
  }
  const writes = shownStage(context);
  const writing = writes && !failed ? await wouldWrite(context, command) : undefined;
  const { keys, documents } = prepared.counted;
  // A findAndModify returns what it finds.
  const returned = writes && !isModifying(context) ? 0 : nReturned;
  const stages = {
    ...shownPlan(asShown(context, prepared), prepared.plan.whole),
    nReturned,
    keysExamined: keys,
    docsExamined: documents,
  };
  return {
    executionSuccess: failed === undefined,
    ...(failed ? { errorMessage: failed.message, errorCode: failed.code } : {}),
    nReturned: returned,
    executionTimeMillis: Math.round(performance.now() - started),
    totalKeysExamined: keys,
    totalDocsExamined: documents,
    executionStages: under(writes, stages, { nReturned: returned, ...writing }),
  };
}

/** Refuses a write that is wrong, whatever there is to be written. */
async function checkWrite(context: Context, command: Command): Promise<void> {
  const { writeErrors = [] } = (await command.run(dryRun(context, true))) as { writeErrors?: Raw[] };
  for (const { bytes } of writeErrors) {
    const { code, errmsg } = decode(bytes) as { code: Int32; errmsg: string };
    fail(code.value, errmsg);
  }
}

/** The stage that writes what others below it find. */
function writeStage(context: Context): 'UPDATE' | 'DELETE' | undefined {
  const { name, body } = context;
  const modifies = isModifying(context);
  if (name === 'delete' || (modifies && isTrue(body['remove']))) return 'DELETE';
  return name === 'update' || modifies ? 'UPDATE' : undefined;
}

const isModifying = ({ name }: Context): boolean => name.toLowerCase() === 'findandmodify';

/** Where there is no collection nothing is written, and the plan says no more than that. */
const shownStage = (context: Context): ReturnType<typeof writeStage> =>
  collectionOf(context) && writeStage(context);

/** That a write stops at its first document is no stage of its plan. */
const asShown = (context: Context, prepared: Prepared): Prepared =>
  writeStage(context) ? { ...prepared, request: { ...prepared.request, limit: undefined } } : prepared;

const under = (
  stage: string | undefined,
  inputStage: Record<string, Answer>,
  told: Record<string, Answer> = {},
): Record<string, Answer> => (stage === undefined ? inputStage : { stage, ...told, inputStage });

/** What the stage that writes would do. */
async function wouldWrite(context: Context, command: Command): Promise<Record<string, Answer> | undefined> {
  const stage = writeStage(context);
  if (!stage) return undefined;
  const dry = dryRun(context);
  const modifies = context.name !== 'update' && stage === 'UPDATE';
  const answer = await (modifies ? updating(dry, command) : command.run(dry));
  const {
    n,
    nModified,
    upserted = [],
    lastErrorObject,
  } = answer as {
    n: number;
    nModified: number;
    upserted?: Answer[];
    lastErrorObject?: { n: number };
  };
  if (stage === 'DELETE') return { nWouldDelete: lastErrorObject?.n ?? n };
  const nWouldUpsert = upserted.length;
  return { nMatched: n - nWouldUpsert, nWouldModify: nModified, nWouldUpsert };
}

/** Runs a findAndModify for what it refuses, and then as the update that it is, for what that counts. */
async function updating(context: Context, command: Command): Promise<Record<string, Answer>> {
  await command.run(context);
  const { query = {}, update, upsert, sort, hint, collation, arrayFilters } = context.body;
  const given = { upsert: isTrue(upsert), sort, hint, collation, arrayFilters };
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const body = {
    ...context.body,
    update: collectionName(context),
    updates: [{ q: query, u: update, ...options }],
  } as Doc;
  const updateCommand = context.server.commands.get('update') as Command;
  return updateCommand.run({ ...context, name: 'update', body });
}

/** The query that a command makes, and what runs it. */
function queryOf(context: Context): { prepared: Prepared; source: Pausing<unknown> } {
  const { body, name } = context;
  const collection = collectionOf(context);
  const of = (request: Omit<FindRequest, 'match'>): Prepared =>
    prepare(context.data, collection, { ...request, match: matchOptions(context) });
  const found = (prepared: Prepared) => ({
    prepared,
    source: findDocuments(context.data, collection, prepared),
  });
  switch (name) {
    case 'find':
      return found(prepareFind(context, collection));
    case 'aggregate': {
      const { prepared, documents } = planned(context, collectionName(context), body['pipeline'] as Value[]);
      return { prepared, source: documents };
    }
    case 'count':
      return found(prepareCount(context, collection));
    case 'distinct':
      return found(of({ filter: (body['query'] ?? {}) as Doc, hint: body['hint'] }));
    case 'findAndModify':
    case 'findandmodify':
      return found(
        of({
          filter: (body['query'] ?? {}) as Doc,
          sort: parseSort(body['sort']),
          hint: body['hint'],
          limit: 1,
        }),
      );
    case 'update':
    case 'delete': {
      const [statement, another] = (body[`${name}s`] ?? []) as Doc[];
      if (!statement || another) return fail('InvalidLength', 'explained write batches must be of size 1');
      const { multi, limit } = statement;
      const single = name === 'update' ? multi !== true : isNumeric(limit) && toNumber(limit) === 1;
      return found(
        of({
          filter: (statement['q'] ?? {}) as Doc,
          sort: parseSort(statement['sort']),
          hint: statement['hint'],
          limit: single ? 1 : undefined,
        }),
      );
    }
    default:
      return fail('IllegalOperation', `Explain failed due to the command ${name} not being explainable`);
  }
}
