// A price list is sorted by one number of each treatment, so that an index has its order: the number of the category
// times a step, plus the place within the category. Equal numbers go by category and name.
import { count } from '../counters.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { treatmentsCollection } from './collection.ts';
import { unplaced, type Treatment } from './schema.ts';

/** A category holds fewer treatments than this. */
const step = 10_000;

/** The last place of a category, which all share that were not put into an order there. */
const last = step - 1;

/** The place of a treatment in a list that is put into an order. */
export function placeAt(category: number, index: number): number {
  return category * step + Math.min(index, last - 1);
}

/** The end of a category, in the transaction that puts something there; of two acts on the price list one waits. */
export async function endOf(inside: TenantScope, category: string): Promise<number> {
  await besideOtherPlaces(inside);
  const placed = await within(inside, treatmentsCollection).findOne({
    isActive: true,
    category,
    sortOrder: { $lt: unplaced },
  });
  return placed ? endOfSame(placed) : unplaced;
}

/** Where a treatment that was away stands: at its old place if its category still is there, else at the end. */
export async function placeAgain(inside: TenantScope, treatment: Treatment): Promise<number> {
  const end = await endOf(inside, treatment.category);
  return endOfSame(treatment) === end ? treatment.sortOrder : end;
}

/** Makes this transaction and every other one that gives places see each other. */
export async function besideOtherPlaces(inside: TenantScope): Promise<void> {
  await count(inside, 'priceList', 0);
}

function endOfSame({ sortOrder }: Treatment): number {
  return sortOrder >= unplaced ? unplaced : Math.floor(sortOrder / step) * step + last;
}
