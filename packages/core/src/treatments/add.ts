import { act } from '../act.ts';
import { recordChange } from '../audit.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { CirceError, notFound } from '../errors.ts';
import { staffCollection } from '../staff/collection.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { treatmentsCollection } from './collection.ts';
import { NewTreatment, type Treatment } from './schema.ts';
import { parsed } from '../parsed.ts';

/**
 * Adds a treatment to the price list.
 * @throws CONFLICT_DUPLICATE when the clinic has one of this name
 * @throws NOT_FOUND when an assigned staff member does not exist
 */
export async function add(clinic: TenantScope, input: NewTreatment): Promise<Treatment> {
  const { description, ...given } = parsed(NewTreatment, input);
  const assignedStaff = [...new Set(given.assignedStaff)];
  try {
    return await act(clinic, 'treatments.add', { description, ...given }, async (inside) => {
      const known = await within(inside, staffCollection).count({ id: { $in: assignedStaff } });
      if (known !== assignedStaff.length) throw notFound('staff member');
      const treatment = await within(inside, treatmentsCollection).insert({
        ...given,
        assignedStaff,
        ...(description && { description }),
        isActive: true,
      });
      await recordChange(inside, 'treatments.add', treatmentsCollection, undefined, treatment);
      return treatment;
    });
  } catch (error) {
    if (!duplicateIndex(error)?.includes('name')) throw error;
    const other = await within(clinic, treatmentsCollection).findOne({ name: given.name });
    const message = 'The clinic has a treatment of this name.';
    throw new CirceError('CONFLICT_DUPLICATE', message, { field: 'name', ...(other && { id: other.id }) });
  }
}
