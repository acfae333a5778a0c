// What the firewall lets through: for each command that core sends, its options and what must be true of them. All
// of it is a list of what is allowed; whatever is new, in the driver or on the server, is refused until it is here.
import {
  expressionOperators,
  foreignIn,
  isPlainObject,
  queryOperators,
  stages,
  updateModifiers,
  updateOperators,
} from './dialect.ts';

export interface Firewall {
  /** The name of the database; no other one on the same server is reached. */
  readonly database: string;
  /** Names of the collections whose documents belong to a tenant. */
  readonly tenantOwned: ReadonlySet<string>;
  /** Names of the collections that belong to the installation. */
  readonly shared: ReadonlySet<string>;
}

export type Command = Readonly<Record<string, unknown>>;
type Refusal = string | undefined;

/** What the driver sends on its own account; none of it reads or writes documents. */
const housekeeping = new Set([
  'hello', 'ismaster', 'isMaster', 'ping', 'buildInfo', 'endSessions', 'commitTransaction', 'abortTransaction',
  'saslStart', 'saslContinue', 'authenticate', 'getnonce', 'logout',
]); // prettier-ignore

/** What any command may carry. */
const envelope = [
  'lsid', 'txnNumber', 'startTransaction', 'autocommit', 'readConcern', 'writeConcern', '$db', '$clusterTime',
  '$readPreference', 'maxTimeMS', 'apiVersion', 'apiStrict', 'apiDeprecationErrors',
]; // prettier-ignore

interface Rule {
  readonly options: ReadonlySet<string>;
  readonly check: (command: Command, owned: boolean, wall: Firewall) => Refusal;
}

function rule(options: string, check: Rule['check']): Rule {
  return { options: new Set([...envelope, ...options.split(' ')]), check };
}

const nothing: ReadonlySet<string> = new Set();
const ofUpdate: ReadonlySet<string> = new Set(['q', 'u', 'multi', 'upsert']);
const ofDelete: ReadonlySet<string> = new Set(['q', 'limit']);

const rules: Readonly<Record<string, Rule>> = {
  find: rule(
    'find filter sort projection skip limit batchSize singleBatch',
    (command, owned) =>
      filterRefusal(command['filter'], owned) ??
      sortRefusal(command['sort']) ??
      foreignIn(command['projection'], nothing),
  ),
  count: rule('count query skip limit', (command, owned) => filterRefusal(command['query'], owned)),
  distinct: rule('distinct key query', (command, owned) => filterRefusal(command['query'], owned)),
  aggregate: rule('aggregate pipeline cursor', (command, owned, wall) =>
    pipelineRefusal(command['pipeline'], owned, wall),
  ),
  findAndModify: rule(
    'findAndModify query update remove new upsert sort fields',
    (command, owned) =>
      filterRefusal(command['query'], owned) ??
      sortRefusal(command['sort']) ??
      foreignIn(command['fields'], nothing) ??
      (command['remove'] === true ? undefined : updateRefusal(command['update'], owned)),
  ),
  update: rule('update updates ordered', (command, owned) =>
    statementsRefusal(
      command['updates'],
      ofUpdate,
      owned,
      (one) => filterRefusal(one['q'], owned) ?? updateRefusal(one['u'], owned),
    ),
  ),
  delete: rule('delete deletes ordered', (command, owned) =>
    statementsRefusal(command['deletes'], ofDelete, owned, (one) => filterRefusal(one['q'], owned)),
  ),
  insert: rule('insert documents ordered', (command, owned) => insertRefusal(command['documents'], owned)),
};

/** Where a cursor was opened: a getMore has to come from there. */
export interface Opened {
  readonly collection: string;
  readonly session: string;
  /** Opened by work across tenants, and so to be read by it alone. */
  readonly across: boolean;
}

/** Says why a command may not be sent, or nothing when it may. */
export function refusalOf(
  name: string,
  command: Command,
  wall: Firewall,
  cursors: ReadonlyMap<string, Opened> = new Map(),
): Refusal {
  // The server reads the first field as the command: one that is dropped when it is sent would leave it another.
  const first = command[name];
  if ((first === undefined && name in command) || typeof first === 'function' || 'toBSON' in command)
    return 'what is sent of it is something else';
  if (housekeeping.has(name)) return undefined;
  if (command['$db'] !== wall.database) return 'it is for another database';
  if (name === 'getMore') return getMoreRefusal(command, cursors);
  if (name === 'killCursors') return killRefusal(command, cursors);
  if (name === 'explain') return explainRefusal(command, wall);
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (!rule) return 'a command that is not on the list';
  if (typeof first !== 'string') return 'it names no collection';
  const owned = wall.tenantOwned.has(first);
  if (!owned && !wall.shared.has(first)) return `${first} is not one of our collections`;
  return optionRefusal(command, rule.options) ?? rule.check(command, owned, wall);
}

/** A collation could widen the equality on `tenantId`, `let` and `hint` are of no use to us, and so on. */
function optionRefusal(command: Command, options: ReadonlySet<string>): Refusal {
  for (const key of Object.keys(command))
    if (!options.has(key)) return `its option ${key} is not on the list`;
  return undefined;
}

const ofGetMore = new Set([...envelope, 'getMore', 'collection', 'batchSize']);

/** What tells the session of a command. */
export function sessionOf(command: Command): string {
  const lsid = command['lsid'];
  const id = isPlainObject(lsid) ? lsid['id'] : undefined;
  return id === undefined ? '' : String(id);
}

function getMoreRefusal(command: Command, cursors: ReadonlyMap<string, Opened>): Refusal {
  const opened = cursors.get(String(command['getMore']));
  if (!opened) return 'the cursor was not opened by a command that was let through';
  if (opened.across) return 'the cursor belongs to work across tenants';
  if (opened.collection !== command['collection'] || opened.session !== sessionOf(command))
    return 'the cursor was opened elsewhere';
  return optionRefusal(command, ofGetMore);
}

const ofKill = new Set([...envelope, 'killCursors', 'cursors']);

function killRefusal(command: Command, cursors: ReadonlyMap<string, Opened>): Refusal {
  const ids = command['cursors'];
  if (!Array.isArray(ids)) return 'it names no cursors';
  const foreign = ids.some((id) => cursors.get(String(id))?.collection !== command['killCursors']);
  return foreign ? 'a cursor was not opened here' : optionRefusal(command, ofKill);
}

const ofExplain = new Set([...envelope, 'explain', 'verbosity']);

function explainRefusal(command: Command, wall: Firewall): Refusal {
  const inner = command['explain'];
  const name = isPlainObject(inner) ? Object.keys(inner)[0] : undefined;
  if (!isPlainObject(inner) || name === undefined || !Object.hasOwn(rules, name)) return 'nothing to explain';
  return optionRefusal(command, ofExplain) ?? refusalOf(name, { $db: command['$db'], ...inner }, wall);
}

function statementsRefusal(
  statements: unknown,
  fields: ReadonlySet<string>,
  owned: boolean,
  check: (one: Command) => Refusal,
): Refusal {
  if (!Array.isArray(statements) || statements.length === 0) return 'it carries nothing';
  const tenants = new Set<unknown>();
  for (const one of statements as unknown[]) {
    if (!isPlainObject(one) || 'toBSON' in one) return 'it carries something else than statements';
    const refusal = optionRefusal(one, fields) ?? check(one);
    if (refusal) return refusal;
    tenants.add(tenantOf(one['q']));
  }
  return owned && tenants.size > 1 ? 'it touches more than one tenant' : undefined;
}

function insertRefusal(documents: unknown, owned: boolean): Refusal {
  if (!Array.isArray(documents) || documents.length === 0) return 'it carries nothing';
  const tenants = new Set<unknown>();
  for (const one of documents as unknown[]) {
    if (!isPlainObject(one)) return 'it carries something else than documents';
    if (owned && !isTenantId(one['tenantId'])) return 'a document without tenantId';
    const foreign = foreignIn(one, nothing);
    if (foreign) return foreign;
    tenants.add(one['tenantId']);
  }
  return owned && tenants.size > 1 ? 'it touches more than one tenant' : undefined;
}

function isTenantId(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** The one tenant a filter is bound to: `tenantId` at the top or in a top-level `$and`. */
function tenantOf(filter: unknown): string | undefined {
  if (!isPlainObject(filter)) return undefined;
  const own = filter['tenantId'];
  if (isTenantId(own)) return own;
  if (isPlainObject(own) && Object.keys(own).length === 1 && isTenantId(own['$eq'])) return own['$eq'];
  const conjuncts = filter['$and'];
  if (!Array.isArray(conjuncts)) return undefined;
  return conjuncts.map(tenantOf).find((tenant) => tenant !== undefined);
}

function filterRefusal(filter: unknown, owned: boolean): Refusal {
  if (owned && tenantOf(filter) === undefined) return 'its filter is not bound to one tenant';
  return foreignIn(filter, queryOperators);
}

/** The driver makes a Map of a sort. */
function sortRefusal(sort: unknown): Refusal {
  return foreignIn(sort instanceof Map && !('toBSON' in sort) ? [...sort.values()] : sort, nothing);
}

function updateRefusal(update: unknown, owned: boolean): Refusal {
  if (!isPlainObject(update)) return 'only update operators are used, not pipelines';
  for (const [operator, fields] of Object.entries(update)) {
    if (!updateOperators.has(operator)) return `${operator} is outside the portable dialect`;
    if (!isPlainObject(fields)) return `${operator} names no fields`;
    const foreign = foreignIn(fields, updateModifiers);
    if (foreign) return foreign;
    const named = [...Object.keys(fields), ...(operator === '$rename' ? Object.values(fields) : [])];
    if (owned && named.some((field) => field === 'tenantId' || String(field).startsWith('tenantId.')))
      return 'a document never changes its tenant';
  }
  return undefined;
}

/** @param within the tenant that the documents are known to be of, inside a `$facet` */
function pipelineRefusal(pipeline: unknown, owned: boolean, wall: Firewall, within?: string): Refusal {
  if (!Array.isArray(pipeline) || 'toBSON' in pipeline) return 'it has no pipeline';
  const tenant = within ?? tenantOfPipeline(pipeline);
  if (owned && tenant === undefined) return 'its pipeline does not begin with a $match on one tenant';
  for (const stage of pipeline as unknown[]) {
    if (!isPlainObject(stage) || Object.keys(stage).length !== 1) return 'a stage is one operator';
    const [name = '', body] = Object.entries(stage)[0] ?? [];
    if (!stages.has(name)) return `${name} is outside the portable dialect`;
    const refusal =
      name === '$lookup'
        ? joinRefusal(body, wall, tenant)
        : name === '$facet'
          ? facetRefusal(body, owned, wall, tenant)
          : foreignIn(body, name === '$match' ? queryOperators : expressionOperators);
    if (refusal) return refusal;
  }
  return undefined;
}

function tenantOfPipeline([first]: readonly unknown[]): string | undefined {
  return isPlainObject(first) ? tenantOf(first['$match']) : undefined;
}

const ofJoin = new Set(['from', 'localField', 'foreignField', 'pipeline', 'as']);

function joinRefusal(join: unknown, wall: Firewall, tenant: string | undefined): Refusal {
  if (!isPlainObject(join) || typeof join['from'] !== 'string') return 'a $lookup that cannot be read';
  const { from, pipeline, ...fields } = join;
  if (!wall.tenantOwned.has(from as string)) return `${String(from)} is not a tenant's collection`;
  const joined = Array.isArray(pipeline) ? tenantOfPipeline(pipeline) : undefined;
  if (joined === undefined || joined !== tenant) return 'a $lookup must stay inside the same tenant';
  return optionRefusal(join, ofJoin) ?? foreignIn(fields, nothing) ?? pipelineRefusal(pipeline, true, wall);
}

function facetRefusal(facets: unknown, owned: boolean, wall: Firewall, tenant: string | undefined): Refusal {
  if (!isPlainObject(facets)) return 'a $facet that cannot be read';
  for (const inner of Object.values(facets)) {
    const refusal = pipelineRefusal(inner, owned, wall, tenant);
    if (refusal) return refusal;
  }
  return undefined;
}
