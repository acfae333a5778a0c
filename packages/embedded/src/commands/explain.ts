import type { Answer } from '../bson/encode.ts';
import { Double, namesOf, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Checked } from '../fields.ts';
import { find as findDocuments, prepare, type FindRequest, type Prepared } from '../query/find.ts';
import { PAUSE, type Pausing } from '../query/scan.ts';
import { parseSort } from '../query/sort.ts';
import { checkCommand } from './check-command.ts';
import { collectionName, collectionOf, matchOptions, type Command, type Context } from './context.ts';
import { Slices } from './cursor.ts';
import { prepareCount } from './count.ts';
import { dryRun } from './dry-run.ts';
import { shownPlan } from './explain-plan.ts';
import { prepareFind } from './find.ts';
import { planned } from './planned.ts';
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
    const body = { ...inner, $db: context.db };
    checkCommand(name, command, body);
    return explainCommand({ ...context, name, body }, command, verbosity);
  },
};

export async function explainCommand(
  context: Context,
  command: Command,
  verbosity: string,
): Promise<Record<string, Answer>> {
  const { prepared, source } = queryOf(context);
  const hashes = shapeHashes(context, prepared);
  return {
    explainVersion: '1',
    ...(command.reads ? { queryShapeHash: hashes.query } : {}),
    queryPlanner: {
      namespace: `${context.db}.${collectionName(context)}`,
      parsedQuery: prepared.request.filter,
      indexFilterSet: false,
      planCacheShapeHash: hashes.plan,
      winningPlan: shownPlan(prepared),
      rejectedPlans: [],
    },
    ...(verbosity === 'queryPlanner'
      ? {}
      : {
          executionStats: {
            ...(await executed(context, command, prepared, source)),
            ...(verbosity === 'allPlansExecution' ? { allPlansExecution: [] } : {}),
          },
        }),
    command: context.body,
    serverInfo: { host: context.server.address, version: VERSION },
    serverParameters: {},
    explainOk: new Double(1),
  };
}

async function executed(
  context: Context,
  command: Command,
  prepared: Prepared,
  source: Pausing<unknown>,
): Promise<Record<string, Answer>> {
  const started = performance.now();
  const slices = new Slices(context.deadline);
  let nReturned = 0;
  for (const item of source) {
    if (item === PAUSE) await slices.pause();
    else nReturned++;
  }
  const { keys, documents } = prepared.counted;
  const stages = { ...shownPlan(prepared), nReturned, keysExamined: keys, docsExamined: documents };
  const writing = await wouldWrite(context, command);
  return {
    executionSuccess: true,
    nReturned: writing ? 0 : nReturned,
    executionTimeMillis: Math.round(performance.now() - started),
    totalKeysExamined: keys,
    totalDocsExamined: documents,
    executionStages: writing ? { ...writing, inputStage: stages } : stages,
  };
}

/** The stage that an update or delete would have above its plan. */
async function wouldWrite(context: Context, command: Command): Promise<Record<string, Answer> | undefined> {
  if (context.name !== 'update' && context.name !== 'delete') return undefined;
  const answer = await command.run(dryRun(context));
  const { n, nModified, upserted = [] } = answer as { n: number; nModified: number; upserted?: Answer[] };
  if (context.name === 'delete') return { stage: 'DELETE', nWouldDelete: n };
  const nWouldUpsert = upserted.length;
  return { stage: 'UPDATE', nMatched: n - nWouldUpsert, nWouldModify: nModified, nWouldUpsert };
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
    case 'findAndModify':
    case 'findandmodify':
      return found(
        of({ filter: (body['query'] ?? {}) as Doc, sort: parseSort(body['sort']), hint: body['hint'] }),
      );
    case 'update':
    case 'delete': {
      const [statement, another] = (body[`${name}s`] ?? []) as Doc[];
      if (!statement || another) return fail('InvalidLength', 'explained write batches must be of size 1');
      return found(of({ filter: (statement['q'] ?? {}) as Doc, hint: statement['hint'] }));
    }
    default:
      return fail('IllegalOperation', `Explain failed due to the command ${name} not being explainable`);
  }
}
