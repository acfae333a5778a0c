// The second door. Nothing in core should be able to send a command on a tenant's data that is not bound to
// exactly one tenant; this listener makes sure that a mistake is refused before it leaves the process.
// It runs in production: the driver calls it synchronously before it writes to the socket, and an error
// thrown here rejects the command.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { CommandStartedEvent, CommandSucceededEvent, MongoClient } from 'mongodb';
import {
  firstKey,
  forbiddenAnywhere,
  foreignQueryOperator,
  isOpaque,
  isPlainObject,
  stages,
  updateOperators,
} from './dialect.ts';

/** A command was about to leave the process without being bound to one tenant: always a bug of ours. */
export class FirewallError extends Error {
  override readonly name = 'FirewallError';
}

/** What the driver sends on its own account; none of it reads or writes documents. */
const housekeeping = new Set([
  'hello', 'ismaster', 'isMaster', 'ping', 'buildInfo', 'endSessions', 'commitTransaction', 'abortTransaction',
  'killCursors', 'saslStart', 'saslContinue', 'authenticate', 'getnonce', 'logout',
]); // prettier-ignore

const across = new AsyncLocalStorage<{ readonly reason: string }>();

/**
 * The one door for work across tenants (indexes, migrations, platform console, backup). The reason is for
 * whoever reads the call; the audit event is written by the caller, who knows what was done.
 */
export function acrossTenants<Result>(reason: string, work: () => Promise<Result>): Promise<Result> {
  return across.run({ reason }, work);
}

export interface Firewall {
  /** Names of the collections whose documents belong to a tenant. */
  readonly tenantOwned: ReadonlySet<string>;
  /** Names of the collections that belong to the installation. */
  readonly shared: ReadonlySet<string>;
}

/** Puts the firewall on a client that was made with `monitorCommands: true`. */
export function installFirewall(client: MongoClient, wall: Firewall): void {
  const cursors = new Set<string>();
  const reading = new Map<number, string>();
  client.on('commandStarted', (event: CommandStartedEvent) => {
    if (event.commandName === 'getMore') reading.set(event.requestId, String(event.command['getMore']));
    if (across.getStore()) return;
    const refusal = refusalOf(event.commandName, event.command, wall, cursors);
    if (refusal) throw new FirewallError(`The firewall refused ${event.commandName}: ${refusal}.`);
  });
  client.on('commandSucceeded', (event: CommandSucceededEvent) => {
    const reply = event.reply as { cursor?: { id?: unknown }; cursorsKilled?: unknown[] } | undefined;
    const read = reading.get(event.requestId);
    reading.delete(event.requestId);
    if (read !== undefined) cursors.delete(read);
    const open = reply?.cursor?.id;
    if (open !== undefined && String(open) !== '0') cursors.add(String(open));
    for (const id of reply?.cursorsKilled ?? []) cursors.delete(String(id));
  });
  client.on('commandFailed', (event) => {
    const read = reading.get(event.requestId);
    reading.delete(event.requestId);
    if (read !== undefined) cursors.delete(read);
  });
}

/**
 * Says why a command may not be sent, or nothing when it may. Exported for its tests.
 * @param cursors ids of the open cursors that allowed commands have opened
 */
export function refusalOf(
  name: string,
  command: Record<string, unknown>,
  wall: Firewall,
  cursors: Set<string> = new Set(),
): string | undefined {
  if (housekeeping.has(name)) return undefined;
  if (name === 'getMore') {
    const id = String(command['getMore']);
    return cursors.has(id) ? undefined : 'the cursor was not opened by a command that was let through';
  }
  if (name === 'explain') {
    const inner = command['explain'];
    const innerName = isPlainObject(inner) ? Object.keys(inner)[0] : undefined;
    if (!isPlainObject(inner) || !innerName) return 'nothing to explain';
    return refusalOf(innerName, inner, wall, cursors);
  }
  const check = checks[name];
  if (!check) return 'a command that is not on the list';
  const collection = command[name];
  if (typeof collection !== 'string') return 'it names no collection';
  const owned = wall.tenantOwned.has(collection);
  if (!owned && !wall.shared.has(collection)) return `${collection} is not one of our collections`;
  if ('collation' in command) return 'a collation could widen the equality on tenantId';
  const forbidden = firstKey(command, (key) => forbiddenAnywhere.has(key));
  if (forbidden) return `${forbidden} is outside the portable dialect`;
  return check(command, owned, wall);
}

const opaque = 'it holds a value that cannot be looked into';

type Check = (command: Record<string, unknown>, owned: boolean, wall: Firewall) => string | undefined;

const checks: Record<string, Check> = {
  find: (command, owned) => filterRefusal(command['filter'], owned),
  count: (command, owned) => filterRefusal(command['query'], owned),
  distinct: (command, owned) => filterRefusal(command['query'], owned),
  aggregate: (command, owned, wall) => pipelineRefusal(command['pipeline'], owned, wall),
  findAndModify: (command, owned) =>
    filterRefusal(command['query'], owned) ??
    (command['update'] ? updateRefusal(command['update'], owned) : undefined),
  update: (command, owned) =>
    firstRefusal(
      command['updates'],
      (one) => filterRefusal(one['q'], owned) ?? updateRefusal(one['u'], owned),
    ) ?? (owned ? severalTenants(command['updates'], (one) => tenantOf(one['q'])) : undefined),
  delete: (command, owned) =>
    firstRefusal(command['deletes'], (one) => filterRefusal(one['q'], owned)) ??
    (owned ? severalTenants(command['deletes'], (one) => tenantOf(one['q'])) : undefined),
  insert: (command, owned) => {
    if (!owned) return undefined;
    const naked = firstRefusal(command['documents'], (one) => {
      if (isOpaque(one)) return opaque;
      return isTenantId(one['tenantId']) ? undefined : 'a document without tenantId';
    });
    return naked ?? severalTenants(command['documents'], (one) => one['tenantId']);
  },
};

function firstRefusal(
  list: unknown,
  test: (one: Record<string, unknown>) => string | undefined,
): string | undefined {
  if (!Array.isArray(list) || list.length === 0) return 'it carries nothing';
  for (const one of list as Record<string, unknown>[]) {
    const refusal = test(one);
    if (refusal) return refusal;
  }
  return undefined;
}

function severalTenants(
  list: unknown,
  tenant: (one: Record<string, unknown>) => unknown,
): string | undefined {
  const tenants = new Set((list as Record<string, unknown>[]).map(tenant));
  return tenants.size > 1 ? 'it touches more than one tenant' : undefined;
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

function filterRefusal(filter: unknown, owned: boolean): string | undefined {
  if (owned && tenantOf(filter) === undefined) return 'its filter is not bound to one tenant';
  if (isOpaque(filter)) return opaque;
  const foreign = foreignQueryOperator(filter);
  return foreign ? `${foreign} is outside the portable dialect` : undefined;
}

function updateRefusal(update: unknown, owned: boolean): string | undefined {
  if (!isPlainObject(update)) return 'only update operators are used, not pipelines';
  if (isOpaque(update)) return opaque;
  for (const [operator, fields] of Object.entries(update)) {
    if (!updateOperators.has(operator)) return `${operator} is outside the portable dialect`;
    if (!owned || !isPlainObject(fields)) continue;
    const named = [...Object.keys(fields), ...(operator === '$rename' ? Object.values(fields) : [])];
    if (named.some((field) => field === 'tenantId' || String(field).startsWith('tenantId.'))) {
      return 'a document never changes its tenant';
    }
  }
  return undefined;
}

function pipelineRefusal(
  pipeline: unknown,
  owned: boolean,
  wall: Firewall,
  bound?: string,
): string | undefined {
  if (!Array.isArray(pipeline)) return 'it has no pipeline';
  if (isOpaque(pipeline)) return opaque;
  const first: unknown = pipeline[0];
  const match = isPlainObject(first) ? first['$match'] : undefined;
  const tenant = bound ?? tenantOf(match);
  if (owned && tenant === undefined) return 'its pipeline does not begin with a $match on one tenant';
  for (const stage of pipeline as unknown[]) {
    if (!isPlainObject(stage) || Object.keys(stage).length !== 1) return 'a stage is one operator';
    const [name = '', body] = Object.entries(stage)[0] ?? [];
    if (!stages.has(name)) return `${name} is outside the portable dialect`;
    if (name === '$match') {
      const foreign = foreignQueryOperator(body);
      if (foreign) return `${foreign} is outside the portable dialect`;
    }
    if (name === '$lookup') {
      const join = isPlainObject(body) ? body : {};
      const joined = (join['pipeline'] as unknown[] | undefined)?.[0];
      const joinedTenant = isPlainObject(joined) ? tenantOf(joined['$match']) : undefined;
      if (
        !wall.tenantOwned.has(String(join['from'])) ||
        joinedTenant === undefined ||
        joinedTenant !== tenant
      ) {
        return 'a $lookup must stay inside the same tenant';
      }
      const refusal = pipelineRefusal(join['pipeline'], true, wall, tenant);
      if (refusal) return refusal;
    }
    if (name === '$facet') {
      for (const inner of Object.values(isPlainObject(body) ? body : {})) {
        const refusal = pipelineRefusal(inner, owned, wall, tenant);
        if (refusal) return refusal;
      }
    }
  }
  return undefined;
}
