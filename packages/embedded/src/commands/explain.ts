import { Double, isDoc, namesOf, type Doc } from '../bson/types.ts';
import type { Answer } from '../bson/codec.ts';
import { fail } from '../errors.ts';
import { find as findDocuments, prepare, type Prepared } from '../query/find.ts';
import type { Plan } from '../query/plan.ts';
import { parseSort } from '../query/sort.ts';
import { nsOf } from '../storage/catalogue.ts';
import {
  collectionOf,
  known,
  matchOptions,
  optionalArray,
  optionalDoc,
  type Command,
  type Context,
} from './context.ts';
import { drain } from './cursor.ts';
import { prepareFind } from './find.ts';
import { planned } from './planned.ts';
import { VERSION } from './status.ts';

const verbosities = ['queryPlanner', 'executionStats', 'allPlansExecution'];

export const explain: Command = {
  fields: ['verbosity'],
  async run(context) {
    const inner = optionalDoc(context, 'explain') ?? fail(40414, "BSON field 'explain' must be an object");
    const verbosity = context.body['verbosity'] ?? 'allPlansExecution';
    if (typeof verbosity !== 'string' || !verbosities.includes(verbosity))
      fail(
        'BadValue',
        "verbosity string must be one of {'queryPlanner', 'executionStats', 'allPlansExecution'}",
      );
    const name = Object.keys(inner)[0] as string;
    const about: Context = { ...context, name, body: { ...inner, $db: context.db } };
    return explainCommand(about, name, verbosity !== 'queryPlanner');
  },
};

export async function explainCommand(
  context: Context,
  name: string,
  execute: boolean,
): Promise<Record<string, Answer>> {
  const { body } = context;
  const prepared = preparedOf(context, name);
  const collection = known(context, String(body[name]));
  const plan = planStages(prepared.plan, prepared.request.filter);
  const answer: Record<string, Answer> = {
    explainVersion: '1',
    queryPlanner: {
      namespace: collection ? nsOf(collection) : `${context.db}.${String(body[name])}`,
      parsedQuery: prepared.request.filter,
      indexFilterSet: false,
      winningPlan: wrapped(prepared, plan),
      rejectedPlans: [],
    },
  };
  if (execute) {
    const started = performance.now();
    const source =
      name === 'aggregate'
        ? planned(context, String(body[name]), optionalArray(context, 'pipeline') ?? [])
        : undefined;
    const documents = source
      ? await drain(source.documents, context.deadline)
      : await drain(findDocuments(context.data, collection, prepared), context.deadline);
    const counted = source?.prepared.counted ?? prepared.counted;
    answer['executionStats'] = {
      executionSuccess: true,
      nReturned: documents.length,
      executionTimeMillis: Math.round(performance.now() - started),
      totalKeysExamined: counted.keys,
      totalDocsExamined: counted.documents,
      executionStages: {
        ...wrapped(prepared, plan),
        nReturned: documents.length,
        keysExamined: counted.keys,
        docsExamined: counted.documents,
      },
    };
  }
  return {
    ...answer,
    command: body,
    serverInfo: { host: context.server.address, version: VERSION },
    explainOk: new Double(1),
  };
}

function preparedOf(context: Context, name: string): Prepared {
  const { body } = context;
  switch (name) {
    case 'find':
      return prepareFind(context, collectionOf(context));
    case 'aggregate':
      return planned(context, String(body['aggregate']), optionalArray(context, 'pipeline') ?? []).prepared;
    case 'count':
    case 'distinct':
    case 'findAndModify':
    case 'findandmodify':
      return prepare(context.data, collectionOf(context), {
        filter: optionalDoc(context, 'query') ?? {},
        sort: parseSort(body['sort']),
        hint: body['hint'],
        match: matchOptions(context),
      });
    case 'update':
    case 'delete': {
      const [statement] = optionalArray(context, `${name}s`) ?? [];
      if (!isDoc(statement)) return fail('FailedToParse', `explain needs one statement of ${name}`);
      return prepare(context.data, collectionOf(context), {
        filter: statement['q'] as Doc,
        hint: statement['hint'],
        match: matchOptions(context),
      });
    }
    default:
      return fail('CommandNotFound', `Explain failed due to unknown command: ${name}`);
  }
}

/** The stages above the one that reads. */
function wrapped(prepared: Prepared, inner: Record<string, Answer>): Record<string, Answer> {
  const { request, plan } = prepared;
  let stage = inner;
  if (request.sort && !plan.sorted) {
    const pattern = Object.fromEntries(
      request.sort.fields.map(({ name, descending }) => [name, descending ? -1 : 1]),
    );
    stage = { stage: 'SORT', sortPattern: pattern, memLimit: 104857600, type: 'simple', inputStage: stage };
  }
  if (request.skip) stage = { stage: 'SKIP', skipAmount: request.skip, inputStage: stage };
  if (request.limit !== undefined) stage = { stage: 'LIMIT', limitAmount: request.limit, inputStage: stage };
  return stage;
}

function planStages(plan: Plan, filter: Doc): Record<string, Answer> {
  switch (plan.stage) {
    case 'EOF':
      return { stage: 'EOF' };
    case 'COLLSCAN':
      return {
        stage: 'COLLSCAN',
        ...(Object.keys(filter).length ? { filter } : {}),
        direction: plan.backwards ? 'backward' : 'forward',
      };
    case 'OR':
      return {
        stage: 'FETCH',
        inputStage: { stage: 'OR', inputStages: plan.plans.map((branch) => planStages(branch, {})) },
      };
    case 'IXSCAN': {
      const { index } = plan;
      const names = namesOf(index.key);
      return {
        stage: 'FETCH',
        ...(Object.keys(filter).length ? { filter } : {}),
        inputStage: {
          stage: 'IXSCAN',
          keyPattern: index.key,
          indexName: index.name,
          isMultiKey: index.multikey.some((bits) => bits !== 0),
          multiKeyPaths: Object.fromEntries(
            names.map((name, at) => [name, arraysOn(name, index.multikey[at] ?? 0)]),
          ),
          isUnique: index.unique,
          isSparse: index.sparse,
          isPartial: index.partialFilter !== undefined,
          indexVersion: 2,
          direction: plan.backwards ? 'backward' : 'forward',
          indexBounds: Object.fromEntries(
            names.map((name, at) => [name, (plan.bounds[at] ?? []).map(({ shown }) => shown)]),
          ),
        },
      };
    }
  }
}

function arraysOn(path: string, bits: number): string[] {
  const parts = path.split('.');
  return parts.flatMap((_, at) => (bits & (1 << (at + 1)) ? [parts.slice(0, at + 1).join('.')] : []));
}
