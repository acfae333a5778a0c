import { isAdministrator } from '../actor.ts';
import type { Explanation } from '../availability/explain.ts';
import { CirceError, invalid, type SlotReason } from '../errors.ts';
import type { TenantScope } from '../tenancy.ts';
import { slotTaken, type Place } from './place.ts';
import type { Override } from './schema.ts';

/** What a person can decide otherwise. That a time has passed, or is too far ahead, is nobody's decision. */
const decidable: ReadonlySet<SlotReason['code']> = new Set([
  'CLOSED',
  'OFF_SHIFT',
  'ON_LEAVE',
  'NOT_ASSIGNED',
  'BUSY',
]);

/**
 * @throws FORBIDDEN unless the system or an administrator asks
 * @throws VALIDATION when nobody in particular shall take the time
 */
export function assertMayOverride({ actor }: TenantScope, override: Override | undefined, who: string): void {
  if (!override) return;
  if (!isAdministrator(actor))
    throw new CirceError('FORBIDDEN', 'Only an administrator can book over a rule.', { needs: 'admin' });
  if (who === 'any') throw invalid('staffId', 'Say who shall take a time that is not free.');
}

/**
 * Where a booking is put: with the first who is free, or with an override where nobody is.
 * @throws CONFLICT_SLOT with every reason, also when one of them cannot be overridden
 */
export function settled(
  { actor: by, clock }: TenantScope,
  startAt: Date,
  { staffIds, reasons, staff }: Explanation,
  override: Override | undefined,
): Place {
  const [staffId] = staffIds;
  if (staffId) return { staffId, startAt };
  const [asked] = staff;
  if (!override || !asked || !asked.reasons.every(({ code }) => decidable.has(code)))
    throw slotTaken(reasons);
  const overridden = { reason: override.reason, by, at: clock(), against: asked.reasons };
  return { staffId: asked.staffId, startAt, override: overridden };
}
