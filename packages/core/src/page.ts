import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TenantDocument } from './collections.ts';
import { invalid } from './errors.ts';
import type { Filter, Sort, TenantHandle } from './handle.ts';
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

export interface Paged<Item> {
  readonly items: readonly Item[];
  /** Where the list goes on, or undefined at its end. Opaque, and worth nothing in another tenant. */
  readonly next?: string | undefined;
}

/**
 * Reads one page of a list that is sorted by one field and, within equal values, by id; an index that ends in
 * these two reads no more keys than it returns. A document inserted
 * while somebody pages shows up once or not at all, and moves nothing else.
 * @throws VALIDATION when the cursor was not made by this list in this tenant
 */
export async function paged<Document extends TenantDocument>(
  clinic: TenantScope,
  handle: TenantHandle<Document>,
  filter: Filter<Document>,
  sort: { readonly field: keyof Document & string; readonly direction: 1 | -1 },
  page: Page,
): Promise<Paged<Document>> {
  const { limit, cursor } = parsed(Page, page);
  const list = JSON.stringify([clinic.tenantId, handle.name, filter, sort]);
  const after = cursor === undefined ? undefined : readCursor(cursor, list);
  const beyond = sort.direction === 1 ? '$gt' : '$lt';
  const rest = after && {
    // Says nothing that the alternatives do not say, but lets an index begin where the last page ended.
    [sort.field]: { [`${beyond}e`]: after.value },
    $or: [
      { [sort.field]: { [beyond]: after.value } },
      { [sort.field]: after.value, id: { [beyond]: after.id } },
    ],
  };
  const whole = (rest ? { $and: [filter, rest] } : filter) as Filter<Document>;
  const order = { [sort.field]: sort.direction, id: sort.direction } as Sort<Document>;
  const found = await handle.find(whole, { sort: order, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    ...(found.length > limit && last && { next: writeCursor(list, last[sort.field], last.id) }),
  };
}

function writeCursor(list: string, value: unknown, id: string): string {
  const plain = value instanceof Date ? { d: value.getTime() } : value;
  return Buffer.from(JSON.stringify([mark(list), plain, id])).toString('base64url');
}

function readCursor(cursor: string, list: string): { value: unknown; id: string } {
  try {
    const [marked, plain, id] = CursorParts.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (marked === mark(list)) return { value: typeof plain === 'object' ? new Date(plain.d) : plain, id };
  } catch {
    // Falls through: a cursor that cannot be read is answered like one of another list.
  }
  throw invalid('cursor', 'This list has changed its place. Please start from the first page.');
}

const CursorParts = z.tuple([
  z.string(),
  z.union([z.string(), z.number(), z.strictObject({ d: z.int() })]),
  z.string().regex(/^[0-9a-f]{24}$/),
]);

function mark(list: string): string {
  return createHash('sha256').update(list).digest('base64url').slice(0, 12);
}
