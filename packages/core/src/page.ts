import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TenantDocument } from './collections.ts';
import { invalid } from './errors.ts';
import type { Filter, TenantHandle } from './handle.ts';
import type { TenantScope } from './tenancy.ts';
import { parsed } from './parsed.ts';

/** The most items that one answer holds. */
export const Limit = z.int().min(1).max(200);

/** Which part of a list is wanted: the first `limit`, or the next ones after a cursor. */
export const Page = z.strictObject({
  limit: Limit.default(50),
  cursor: z.string().max(1000).optional(),
});
export type Page = z.input<typeof Page>;

/** One page of a list. */
export interface Paged<Item> {
  readonly items: readonly Item[];
  /** Where the list goes on, or undefined at its end. Opaque, and worth nothing in another tenant. */
  readonly next?: string | undefined;
}

/** How a list is sorted: by fields that all of its documents have, in one direction, and then by id. */
export interface Order<Item> {
  readonly field: (keyof Item & string) | readonly (keyof Item & string)[];
  readonly direction: 1 | -1;
}

/**
 * Reads one page of a list; an index that ends in the fields of its order and `_id` reads no more keys than it
 * returns. What is inserted or deleted while somebody pages shows up once or not at all, and moves nothing else.
 * @param list what tells this list from others of the collection, where its filter goes on with the clock
 * @throws VALIDATION when the cursor was not made by this list in this tenant
 */
export function paged<Document extends TenantDocument>(
  clinic: TenantScope,
  handle: TenantHandle<Document>,
  filter: Filter<Document>,
  order: Order<Document>,
  page: Page,
  list: unknown = filter,
): Promise<Paged<Document>> {
  return pagedBy([clinic.tenantId, handle.name, list], order, page, (beyond, options) =>
    handle.find((beyond ? { $and: [filter, beyond] } : filter) as Filter<Document>, options),
  );
}

/**
 * Reads one page of what `find` finds beyond a place.
 * @param list what tells this list from every other one, its tenant with it
 * @throws VALIDATION when the cursor was not made by this list
 */
export async function pagedBy<Item extends { readonly id: string }>(
  list: unknown,
  order: Order<Item>,
  page: Page,
  find: (
    beyond: object | undefined,
    options: { limit: number; sort: { [Key in keyof Item]?: 1 | -1 } },
  ) => Promise<Item[]>,
): Promise<Paged<Item>> {
  const { limit, cursor } = parsed(Page, page);
  const fields = [order.field].flat() as (keyof Item & string)[];
  const name = JSON.stringify([list, order]);
  const after = cursor === undefined ? undefined : readCursor(cursor, name);
  const beyond =
    after && placeBeyond([...fields, 'id'], order.direction, [...[after.value].flat(), after.id]);
  const sort = Object.fromEntries([...fields, 'id'].map((field) => [field, order.direction]));
  const found = await find(beyond, { sort: sort as { [Key in keyof Item]?: 1 | -1 }, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  if (found.length <= limit || !last) return { items };
  return { items, next: writeCursor(name, fields.map((field) => last[field]), last.id) }; // prettier-ignore
}

/** Reads a list to its end: `for await (const one of every((page) => staff.findByTenant(clinic, page)))`. */
export async function* every<Item>(
  list: (page: { limit: number; cursor?: string }) => Promise<Paged<Item>>,
): AsyncGenerator<Item, void> {
  let cursor: string | undefined;
  do {
    const { items, next } = await list({ limit: 200, ...(cursor !== undefined && { cursor }) });
    yield* items;
    cursor = next;
  } while (cursor !== undefined);
}

/** What lies beyond a place: equal in some first fields, none or more, and beyond it in the next one. */
function placeBeyond(fields: readonly string[], direction: 1 | -1, place: readonly unknown[]): object {
  if (place.length !== fields.length) throw noSuchPlace();
  const beyond = direction === 1 ? '$gt' : '$lt';
  const alternatives = fields.map((field, at) => ({
    ...Object.fromEntries(fields.slice(0, at).map((before, index) => [before, place[index]])),
    [field]: { [beyond]: place[at] },
  }));
  if (alternatives.length === 1) return alternatives[0]!;
  // Says nothing that the alternatives do not say, but lets an index begin where the last page ended.
  return { [fields[0]!]: { [`${beyond}e`]: place[0] }, $or: alternatives };
}

/**
 * A page of a list that is whole in memory: sorted by a text of each item and, within equal ones, by id.
 * @param list names the list; a cursor belongs to one list of one tenant
 * @throws VALIDATION when the cursor was not made by this list in this tenant
 */
export function pageOf<Item extends { readonly value: string; readonly id: string }>(
  clinic: TenantScope,
  list: unknown,
  items: readonly Item[],
  page: Page,
): Paged<Item> {
  const { limit, cursor } = parsed(Page, page);
  const name = JSON.stringify([clinic.tenantId, list]);
  const after = cursor === undefined ? undefined : readCursor(cursor, name);
  const from = after && at(after);
  const rest = items.filter((item) => !from || compared(item, from) > 0).toSorted(compared);
  const last = rest[limit - 1];
  return {
    items: rest.slice(0, limit),
    ...(rest.length > limit && last && { next: writeCursor(name, last.value, last.id) }),
  };
}

type Position = { readonly value: string; readonly id: string };

function at({ value, id }: { readonly value: unknown; readonly id: string }): Position {
  if (typeof value !== 'string') throw noSuchPlace();
  return { value, id };
}

function compared(a: Position, b: Position): number {
  if (a.value !== b.value) return a.value < b.value ? -1 : 1;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}

function writeCursor(list: string, value: unknown, id: string): string {
  const plain = (one: unknown) => (one instanceof Date ? { d: one.getTime() } : one);
  const parts = [mark(list), Array.isArray(value) ? value.map(plain) : plain(value), id];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function readCursor(cursor: string, list: string): { value: unknown; id: string } {
  try {
    const [marked, value, id] = CursorParts.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (marked === mark(list)) return { value, id };
  } catch {
    // Falls through: a cursor that cannot be read is answered like one of another list.
  }
  throw noSuchPlace();
}

function noSuchPlace(): Error {
  return invalid('cursor', 'This list has changed its place. Please start from the first page.');
}

const CursorValue = z.union([
  z.string(),
  z.number(),
  z.strictObject({ d: z.int() }).transform(({ d }) => new Date(d)),
]);
const CursorParts = z.tuple([
  z.string(),
  z.union([CursorValue, z.array(CursorValue)]),
  z.string().regex(/^[0-9a-f]{24}$/),
]);

function mark(list: string): string {
  return createHash('sha256').update(list).digest('base64url').slice(0, 12);
}
