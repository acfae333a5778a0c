import type { Document } from 'mongodb';
import { z } from 'zod';
import { stored } from '../handle.ts';
import { Page, pagedBy, type Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import { tenantsCollection, type TenantScope } from '../tenancy.ts';
import { literal, SearchText } from '../text.ts';
import { translated } from '../driver-errors.ts';
import { asPlatform } from './platform.ts';
import { listed, readable, type Listed } from './read.ts';
import { withUsage, type TenantInUse } from './usage.ts';

/** Which clinics are wanted: all that is named has to fit. */
export const TenantSearch = Page.extend({
  /** Words, each of which is somewhere in the name, the slug or the domain. */
  text: SearchText.optional(),
  /** Active or suspended ones; both when it is left out. */
  isActive: z.boolean().optional(),
});
export type TenantSearch = z.input<typeof TenantSearch>;

/**
 * The clinics of the installation, by name, with how much of its limits each uses: two queries for a page. One whose
 * settings are broken hides no other one.
 * @param platform the scope of `openPlatform`
 * @throws FORBIDDEN in a clinic's own scope
 */
export async function search(platform: TenantScope, search: TenantSearch = {}): Promise<Paged<TenantInUse>> {
  const { text = '', isActive, ...page } = parsed(TenantSearch, search);
  const { raw, options } = tenantsCollection(asPlatform(platform));
  const filter = { $and: [{ name: { $type: 'string' } }, stateOf(isActive), ...wordsOf(text)] };
  const order = { field: 'name', direction: 1 } as const;
  const { items, next } = await pagedBy<Listed>(
    ['tenants.search', isActive, text],
    order,
    page,
    async (beyond, { sort, limit }) => {
      const wanted = { $and: [filter, stored(beyond ?? {})] };
      const cursor = raw.find(wanted, { ...options, sort: stored(sort), limit });
      return listed(await cursor.toArray().catch(refused));
    },
  );
  return { items: await withUsage(platform, items.flatMap(({ raw }) => readable(raw) ?? [])), next }; // prettier-ignore
}

/** As documented it may be missing, and then the clinic is active. */
function stateOf(isActive: boolean | undefined): Document {
  if (isActive === undefined) return {};
  return isActive ? { isActive: { $ne: false } } : { isActive: false };
}

function wordsOf(text: string): Document[] {
  const words = text.split(/\s+/).filter(Boolean);
  return words.map((word) => {
    const inside = { $regex: literal(word), $options: 'i' };
    return { $or: [{ name: inside }, { slug: inside }, { domain: inside }] };
  });
}

function refused(error: unknown): never {
  throw translated(error);
}
