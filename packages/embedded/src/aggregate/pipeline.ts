import { isDoc, isNumeric, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Environment } from '../expression/compile.ts';
import { compileExpressionFilter } from '../query/expression-filter.ts';
import { find, prepare, type Prepared } from '../query/find.ts';
import { parseSort } from '../query/sort.ts';
import type { Pausing } from '../query/scan.ts';
import { paced, type Memory } from '../query/sorted.ts';
import type { Collection, View } from '../storage/view.ts';
import { toNumber } from '../bson/numbers.ts';
import { givenDocuments } from './documents.ts';
import { handOver } from './group.ts';
import { documentsOf, type Pipeline, type Stage, type StageMaker } from './stage.ts';
import { stageMakers } from './stages.ts';

/** Where a pipeline runs. */
export interface Place {
  db: string;
  data: View;
  environment: Environment;
  find: (collection: string) => Collection | undefined;
  hint?: Value | undefined;
  memory: Memory;
  /** In how many pipelines of $lookup it stands. */
  depth?: number;
  inFacet?: boolean;
}

const MAX_DEPTH = 20;
const MAX_STAGES = 1000;

type Variables = ReadonlyMap<string, Value | undefined>;

export interface PlannedPipeline {
  documents: Pausing<Doc>;
  /** The query that reads the collection, with the stages it has taken over. */
  prepared: Prepared;
  taken: number;
}

/** A pipeline over a collection: what a query can do is done by the query, the rest by stages. */
export function planPipeline(
  place: Place,
  name: string,
  list: Value[],
  variables: Variables,
): PlannedPipeline {
  if (list.length && stageName(list[0]) === '$documents')
    fail('InvalidNamespace', '$documents can only be run with {aggregate: 1}');
  const pipeline = pipelineAt(place, variables);
  const { environment } = pipeline;
  // Every stage is compiled, also those that the query takes over: their errors must not depend on the plan.
  const stages = makeStages(list, pipeline, place);
  const head = takeHead(list);
  const collection = place.find(name);
  const prepared = prepare(place.data, collection, {
    filter: head.filter,
    sort: head.sort ? parseSort(head.sort) : undefined,
    skip: head.skip,
    limit: head.limit,
    hint: place.hint,
    memory: place.memory,
    match: {
      strings: environment.strings,
      expression: compileExpressionFilter(environment, () => variables),
    },
  });
  const source = documentsOf(find(place.data, collection, prepared));
  return {
    documents: stages.slice(head.taken).reduce((input, stage) => stage(input), source),
    prepared,
    taken: head.taken,
  };
}

function pipelineAt(place: Place, variables: Variables): Pipeline {
  const { depth = 0 } = place;
  if (depth > MAX_DEPTH) fail(232, `Maximum number of nested sub-pipelines exceeded. Limit is ${MAX_DEPTH}`);
  const environment: Environment = {
    ...place.environment,
    optimizing: 'Failed to optimize pipeline',
    variables: new Set([...place.environment.variables, ...variables.keys()]),
  };
  const pipeline: Pipeline = {
    db: place.db,
    environment,
    variables,
    data: place.data,
    memory: place.memory,
    run(other, stages, inner) {
      const there = { ...place, hint: undefined, depth: depth + 1 };
      if (other === undefined) return givenPipeline(there, stages, inner);
      return planPipeline(there, other, stages, inner).documents;
    },
    facet: (inner) => compileStages({ ...place, inFacet: true }, inner, variables),
  };
  return pipeline;
}

export const onlyFirst = ['$changeStream', '$collStats', '$documents'];

export const compileStages = (place: Place, list: readonly Value[], variables: Variables): Stage[] =>
  makeStages(list, pipelineAt(place, variables), place);

/** Documents that come from elsewhere than a collection, through the stages behind. */
export const through = (
  place: Place,
  documents: readonly Doc[],
  list: readonly Value[],
  variables: Variables,
): Pausing<Doc> =>
  compileStages(place, list, variables).reduce((input, stage) => stage(input), paced(documents));

/** The stage that a pipeline begins with. */
export const firstStage = ([first]: readonly Value[]): string | undefined =>
  first === undefined ? undefined : stageName(first);

export const isGiven = (list: readonly Value[]): boolean => firstStage(list) === '$documents';

/** A pipeline that begins with $documents. */
export function givenPipeline(place: Place, [first, ...rest]: Value[], variables: Variables): Pausing<Doc> {
  const { environment } = pipelineAt(place, variables);
  const given = givenDocuments((first as Doc)['$documents'] as Value, environment, variables);
  return through(place, given, rest, variables);
}

const inStreams = ['$match', '$project', '$set', '$addFields', '$unset', '$replaceRoot', '$replaceWith'];

/** The stages that may stand behind $changeStream. */
export function streamStages(place: Place, list: readonly Value[], variables: Variables): Stage[] {
  const stages = compileStages(place, list, variables);
  for (const name of list.map(stageName))
    if (!inStreams.includes(name))
      fail('IllegalOperation', `${name} is not permitted in a $changeStream pipeline`);
  return stages;
}

function makeStages(list: readonly Value[], pipeline: Pipeline, place: Place): Stage[] {
  if (list.length > MAX_STAGES) fail(7749501, `Pipeline length must be no longer than ${MAX_STAGES} stages`);
  const names = list.map(knownStage);
  return list.map((stage, at) => {
    const name = names[at] as string;
    if (onlyFirst.includes(name) || (place.inFacet && name === '$facet'))
      return misplaced(name, at === 0, place);
    const make = stageMakers.get(name) as StageMaker;
    const made = make((stage as Doc)[name] as Value, pipeline);
    const grouped = name === '$project' && names[at - 1] === '$group';
    return grouped ? (source) => made(handOver(source)) : made;
  });
}

function misplaced(name: string, first: boolean, { inFacet, depth = 0 }: Place): never {
  if (inFacet) return fail(40600, `${name} is not allowed to be used within a $facet stage`);
  if (depth > 0 && name === '$changeStream')
    return fail(40573, `${name} is not allowed within a $lookup's sub-pipeline`);
  if (first && depth > 0 && name === '$collStats')
    return fail('CommandNotSupported', `${name} within a $lookup's sub-pipeline is not supported`);
  return fail(40602, `${name} is only valid as the first stage in a pipeline`);
}

export function knownStage(stage: Value): string {
  const name = stageName(stage);
  return stageMakers.has(name) || onlyFirst.includes(name)
    ? name
    : fail(40324, `Unrecognized pipeline stage name: '${name}'`);
}

export function stageName(stage: Value | undefined): string {
  if (!isDoc(stage)) return fail('TypeMismatch', "Each element of the 'pipeline' array must be an object");
  const [name, ...more] = Object.keys(stage);
  if (name === undefined || more.length > 0)
    return fail(40323, 'A pipeline stage specification object must contain exactly one field.');
  return name;
}

interface Head {
  filter: Doc;
  sort: Doc | undefined;
  skip: number | undefined;
  limit: number | undefined;
  taken: number;
}

/** The first stages that are what a query is: $match, then $sort, $skip and $limit. */
function takeHead(list: readonly Value[]): Head {
  const head: Head = { filter: {}, sort: undefined, skip: undefined, limit: undefined, taken: 0 };
  const filters: Doc[] = [];
  for (const stage of list) {
    const name = stageName(stage);
    const argument = (stage as Doc)[name] as Value;
    if (name === '$match' && !head.sort && head.skip === undefined && head.limit === undefined)
      filters.push(argument as Doc);
    else if (name === '$sort' && !head.sort && head.skip === undefined && head.limit === undefined)
      head.sort = argument as Doc;
    else if (name === '$skip' && head.skip === undefined && head.limit === undefined && isNumeric(argument))
      head.skip = toNumber(argument);
    else if (name === '$limit' && head.limit === undefined && isNumeric(argument))
      head.limit = toNumber(argument);
    else break;
    head.taken++;
  }
  if (filters.length === 1) head.filter = filters[0] as Doc;
  else if (filters.length > 1) head.filter = { $and: filters };
  return head;
}
