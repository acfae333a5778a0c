import { z } from 'zod';
import { act } from '../act.ts';
import { recordChanges } from '../audit.ts';
import { notFound } from '../errors.ts';
import { findLimit } from '../handle.ts';
import { parsed } from '../parsed.ts';
import { pipeline } from '../pipeline.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { treatmentsCollection } from './collection.ts';
import { besideOtherPlaces, endOf, placeAt } from './places.ts';
import { fields, TreatmentId, type Treatment } from './schema.ts';

/** A category of the price list. */
export interface Category {
  readonly name: string;
  /** How many active treatments are in it. */
  readonly treatments: number;
}

/** The most categories that a clinic has. */
const categoryLimit = 1_000;

/** The categories of the clinic's active treatments, in the order of the price list. */
export async function findCategories(clinic: TenantScope): Promise<Category[]> {
  const rows = await within(clinic, treatmentsCollection).aggregate<{ _id: string; treatments: number }>(
    pipeline([
      { $match: { isActive: true } },
      { $group: { _id: '$category', place: { $min: '$sortOrder' }, treatments: { $sum: 1 } } },
      { $sort: { place: 1, _id: 1 } },
      { $limit: categoryLimit },
    ]),
  );
  return rows.map(({ _id, treatments }) => ({ name: _id, treatments }));
}

/** Ids in the order in which they shall stand. */
export const PriceListOrder = z.strictObject({
  ids: z
    .array(TreatmentId)
    .max(1_000)
    .refine((ids) => new Set(ids).size === ids.length, 'A treatment has one place.'),
});
export type PriceListOrder = z.input<typeof PriceListOrder>;

/**
 * Puts the price list into an order. Treatments of one category always stand together, where the first of them is;
 * active ones that are not named come after those that are, in the order they have now.
 * @returns how many treatments have another place than before
 * @throws NOT_FOUND when a treatment does not exist or is inactive
 */
export async function reorder(clinic: TenantScope, order: PriceListOrder): Promise<number> {
  const given = parsed(PriceListOrder, order);
  return act(clinic, 'treatments.reorder', given, async (inside) => {
    await besideOtherPlaces(inside);
    const list = await within(inside, treatmentsCollection).find(
      { isActive: true },
      { sort: { sortOrder: 1, category: 1, name: 1 }, limit: findLimit },
    );
    const byId = new Map(list.map((treatment) => [treatment.id, treatment]));
    const named = given.ids.map((id) => {
      const treatment = byId.get(id);
      if (!treatment) throw notFound('treatment');
      byId.delete(id);
      return treatment;
    });
    const categories = Map.groupBy([...named, ...byId.values()], ({ category }) => category);
    const places = [...categories.values()].flatMap((group, category) =>
      group.map((before, index) => ({ before, fields: { sortOrder: placeAt(category, index) } })),
    );
    return write(inside, 'treatments.reorder', places);
  });
}

/** A category and its new name. */
export const NewCategoryName = z.strictObject({ from: fields.category, to: fields.category });
export type NewCategoryName = z.input<typeof NewCategoryName>;

/**
 * Renames a category in all of its treatments, active or not. Into one that exists, they go to its end and both are one.
 * @returns how many treatments were in it
 * @throws NOT_FOUND when no treatment is in the category
 */
export async function renameCategory(clinic: TenantScope, names: NewCategoryName): Promise<number> {
  const given = parsed(NewCategoryName, names);
  return act(clinic, 'treatments.renameCategory', given, async (inside) => {
    const treatments = within(inside, treatmentsCollection);
    const those = await treatments.find({ category: given.from }, { limit: findLimit });
    if (those.length === 0) throw notFound('category');
    const end = await endOf(inside, given.to);
    const joined = await treatments.findOne({ isActive: true, category: given.to });
    const renamed = those.map((before) => ({
      before,
      fields: { category: given.to, sortOrder: joined ? end : before.sortOrder },
    }));
    await write(inside, 'treatments.renameCategory', renamed);
    return those.length;
  });
}

interface Rewrite {
  readonly before: Treatment;
  readonly fields: Partial<Pick<Treatment, 'category' | 'sortOrder'>>;
}

/** Writes what differs, and its audit events, in two round trips; says how many it was. */
async function write(inside: TenantScope, action: string, rewrites: readonly Rewrite[]): Promise<number> {
  const changed = rewrites
    .map(({ before, fields }) => ({ before, fields, after: { ...before, ...fields } }))
    .filter(
      ({ before, after }) => before.category !== after.category || before.sortOrder !== after.sortOrder,
    );
  await within(inside, treatmentsCollection).updateEach(
    changed.map(({ before, fields }) => ({ filter: { id: before.id }, update: { $set: fields } })),
  );
  await recordChanges(
    inside,
    action,
    treatmentsCollection,
    changed.map(({ before, after }) => ({ before, after: { ...after, revision: before.revision + 1 } })),
  );
  return changed.length;
}
