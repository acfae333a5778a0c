import { isAdministrator } from '../actor.ts';
import { fitted, laid, type Step } from '../availability/chain.ts';
import type { Explanation } from '../availability/explain.ts';
import { CirceError, invalid, type SlotReason } from '../errors.ts';
import type { StaffId } from '../staff/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { slotTaken, type Place } from './place.ts';
import type { Overridden, Override } from './schema.ts';

/** What a person can decide otherwise. That a time has passed, or is too far ahead, is nobody's decision. */
const decidable: ReadonlySet<SlotReason['code']> = new Set([
  'CLOSED',
  'OFF_SHIFT',
  'ON_LEAVE',
  'NOT_ASSIGNED',
  'BUSY',
]);

/**
 * @param who shall take the time; for a visit `settledVisit` asks for each step
 * @throws FORBIDDEN unless the system or an administrator asks
 * @throws VALIDATION when nobody in particular shall take the time
 */
export function assertMayOverride(
  { actor }: TenantScope,
  override: Override | undefined,
  who?: string,
): void {
  if (!override) return;
  if (!isAdministrator(actor))
    throw new CirceError('FORBIDDEN', 'Only an administrator can book over a rule.', { needs: 'admin' });
  if (who === 'any') throw nobodyNamed('staffId');
}

function nobodyNamed(path: string): CirceError<'VALIDATION'> {
  return invalid(path, 'Say who shall take a time that is not free.');
}

/**
 * Where a booking is put: with the first who is free, or with an override where nobody is.
 * @throws CONFLICT_SLOT with every reason, also when one of them cannot be overridden
 */
export function settled(
  inside: TenantScope,
  startAt: Date,
  { staffIds, reasons, staff }: Explanation,
  override: Override | undefined,
): Place {
  const [staffId] = staffIds;
  if (staffId) return { staffId, startAt };
  const [asked] = staff;
  if (!override || !asked || !isDecidable(asked.reasons)) throw slotTaken(reasons);
  return { staffId: asked.staffId, startAt, override: overridden(inside, override, asked.reasons) };
}

/**
 * Where the steps of a visit are put: where all of them fit, or with an override one after another where they do not.
 * @param wanted who was asked for, and whose `own` a step of a visit that moves is now
 * @throws CONFLICT_SLOT with the reasons against the furthest step, also when one of them cannot be overridden
 * @throws VALIDATION when nobody is free for a step that does not say who shall take it
 */
export function settledVisit(
  inside: TenantScope,
  steps: readonly Step[],
  startAt: Date,
  override: Override | undefined,
  wanted: readonly { readonly who: StaffId | 'any'; readonly own?: StaffId }[],
): readonly Place[] {
  const found = fitted(steps, startAt.getTime());
  if ('places' in found) return found.places;
  if (!override) throw slotTaken(found.reasons());
  const own = wanted.map((one) => one.own);
  return laid(steps, startAt.getTime(), own).map(({ staffId, startAt: begins, staff: [asked] }, n) => {
    if (staffId) return { staffId, startAt: begins };
    if (!asked || !isDecidable(asked.reasons)) throw slotTaken(found.reasons());
    if (wanted[n]?.who === 'any' && asked.staffId !== wanted[n].own) throw nobodyNamed(`steps.${n}.staffId`);
    const against = asked.reasons;
    return { staffId: asked.staffId, startAt: begins, override: overridden(inside, override, against) };
  });
}

function isDecidable(reasons: readonly SlotReason[]): boolean {
  return reasons.every(({ code }) => decidable.has(code));
}

function overridden(
  { actor: by, clock }: TenantScope,
  { reason }: Override,
  against: readonly SlotReason[],
): Overridden {
  return { reason, by, at: clock(), against };
}
