import { ObjectId } from 'mongodb';
import type { z } from 'zod';
import { act } from '../act.ts';
import { record } from '../audit.ts';
import { findEverywhere } from '../bookings/everywhere.ts';
import { besideNewBookings } from '../bookings/place.ts';
import { changesBetween } from '../changes.ts';
import { isPlainObject } from '../dialect.ts';
import { illegalState, invalid, notFound } from '../errors.ts';
import { assertFresh } from '../fresh.ts';
import { movedTo } from '../images/address.ts';
import { assertKept } from '../images/kept.ts';
import { parsed } from '../parsed.ts';
import { e164, isCountry } from '../phone.ts';
import { sessionsCollection } from '../sessions/collection.ts';
import { moveAvatars } from '../staff/avatar.ts';
import { announce, beside, tenantsCollection, within, type TenantScope } from '../tenancy.ts';
import { Activation, ClinicSettings, Suspension, TenantChanges } from './changes.ts';
import { stored } from './get.ts';
import { asPlatform } from './platform.ts';
import { tenantOf } from './read.ts';
import type { Tenant, TenantId } from './schema.ts';
import { assertNobodysBefore, takenAddress } from './taken.ts';

/**
 * Changes what a clinic decides for itself: its name and its settings. Only what is named changes.
 * @throws NOT_FOUND when the clinic was taken away meanwhile
 * @throws VALIDATION when the country has no phone numbers, the phone is none, the logo is an uploaded one that is not kept any
 * more, or the clinic has bookings and another time zone or currency is asked for: every booking keeps its local day and
 * its price
 * @throws STALE when somebody changed the clinic since the revision that was seen, with what changed
 * @throws CONFLICT_DUPLICATE never: a clinic does not change its own slug
 */
export async function configure(clinic: TenantScope, changes: ClinicSettings): Promise<Tenant> {
  const given = parsed(ClinicSettings, changes);
  return act(clinic, 'tenants.configure', given, (inside) =>
    rewrite(inside, 'tenants.configure', clinic.tenantId, given.revision, (before) =>
      changed(inside, before, given),
    ),
  );
}

/**
 * Changes what the platform decides for a clinic: the slug, the limits and the domain, and all that the clinic may change
 * itself. The slug that it had leads to it still, and no other clinic can have it.
 * @param platform the scope of `openPlatform`, for the administrator who does it
 * @throws NOT_FOUND
 * @throws VALIDATION as `configure` does
 * @throws FORBIDDEN in a clinic's own scope
 * @throws CONFLICT_DUPLICATE when the domain is another clinic's, or the slug is or was
 * @throws STALE when somebody changed the clinic since the revision that was seen, with what changed
 */
export async function update(platform: TenantScope, id: TenantId, changes: TenantChanges): Promise<Tenant> {
  const given = parsed(TenantChanges, changes);
  try {
    return await act(platform, 'tenants.update', { id, ...given }, (inside) =>
      rewrite(asPlatform(inside), 'tenants.update', id, given.revision, (before) =>
        changed(beside(inside, before), before, given),
      ),
    );
  } catch (error) {
    throw takenAddress(error) ?? error;
  }
}

/**
 * Closes a clinic to everybody and keeps all of its data: its sessions end, and its API tokens are worth nothing until
 * it is activated. The reason stays with the clinic and in both audits.
 * @throws NOT_FOUND
 * @throws VALIDATION without a reason
 * @throws ILLEGAL_TRANSITION when it is suspended already
 * @throws STALE when somebody changed the clinic since the revision that was seen
 * @throws FORBIDDEN in a clinic's own scope
 */
export async function suspend(platform: TenantScope, id: TenantId, input: Suspension): Promise<Tenant> {
  return setActive(platform, 'tenants.suspend', id, parsed(Suspension, input), false);
}

/**
 * Opens a suspended clinic again. Its people sign in anew.
 * @throws NOT_FOUND
 * @throws VALIDATION when the reason is too long
 * @throws ILLEGAL_TRANSITION when it is active
 * @throws STALE when somebody changed the clinic since the revision that was seen
 * @throws FORBIDDEN in a clinic's own scope
 */
export async function activate(platform: TenantScope, id: TenantId, input: Activation = {}): Promise<Tenant> {
  return setActive(platform, 'tenants.activate', id, parsed(Activation, input), true);
}

async function setActive(
  platform: TenantScope,
  action: string,
  id: TenantId,
  { reason: stateReason, revision }: z.output<typeof Activation>,
  isActive: boolean,
): Promise<Tenant> {
  const tenant = await act(platform, action, { id, stateReason, revision }, (inside) =>
    rewrite(asPlatform(inside), action, id, revision, async (before) => {
      if (before.isActive === isActive) {
        const state = isActive ? 'active' : 'suspended';
        throw illegalState('clinic', state, state);
      }
      if (!isActive) await within(beside(inside, before), sessionsCollection).delete({});
      return { isActive, stateReason };
    }),
  );
  // Whoever listens there has nothing to listen with any more.
  announce(beside(platform, tenant));
  return tenant;
}

/** Stored fields by their path; undefined takes one away. */
type Fields = Readonly<Record<string, unknown>>;

/** Reads the clinic, writes what differs, and records it in the clinic's audit and in that of whoever did it. */
export async function rewrite(
  inside: TenantScope,
  action: string,
  id: string,
  seen: number | undefined,
  make: (before: Tenant) => Promise<Fields>,
): Promise<Tenant> {
  const { raw, options } = tenantsCollection(inside);
  const before = await stored(inside, id);
  const own = beside(inside, before);
  await assertFresh(own, 'clinic', { name: 'tenants' }, before, seen);
  const fields = Object.entries(await make(before));
  const update = {
    $set: {
      ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)),
      updatedAt: inside.clock(),
    },
    $inc: { revision: 1 },
    $unset: Object.fromEntries(
      fields.filter(([, value]) => value === undefined).map(([path]) => [path, true as const]),
    ),
  };
  const written = await raw.findOneAndUpdate({ _id: new ObjectId(before.id) }, update, {
    ...options,
    returnDocument: 'after',
  });
  if (!written) throw notFound('clinic');
  const after = tenantOf(written);
  const subject = { collection: 'tenants', id: after.id, revision: after.revision };
  const changes = changesBetween(before, after);
  await record(own, action, subject, changes);
  if (inside.tenantId !== own.tenantId) await record(inside, action, subject, changes);
  return after;
}

async function changed(
  own: TenantScope,
  before: Tenant,
  { name, slug, domain, config = {} }: ReturnType<typeof TenantChanges.parse>,
): Promise<Fields> {
  const { country, timezone, currency } = config;
  if (country !== undefined && !isCountry(country)) {
    throw invalid('config.country', 'No phone numbers are known of this country.');
  }
  if (timezone !== undefined && timezone !== before.config.timezone) await assertNoBookings(own, 'timezone');
  if (currency !== undefined && currency !== before.config.currency) await assertNoBookings(own, 'currency');
  if (config.logo) await assertKept(own, 'config.logo', config.logo);
  return {
    ...(name !== undefined && { name }),
    ...(slug !== undefined && slug !== before.slug && (await moved(own, before, slug))),
    ...(domain !== undefined && { domain: domain || undefined }),
    ...leaves('config', config),
    ...(config.logo === '' && { 'config.logo': undefined }),
    ...reached(config.contact, country ?? before.config.country),
  };
}

/** A clinic that had the word before takes it back. Uploaded pictures are found there then. */
async function moved(own: TenantScope, { id, slug: before, formerSlugs = [], config }: Tenant, slug: string) {
  await assertNobodysBefore(own, slug, id);
  await moveAvatars(own, 'tenants.update', slug);
  return {
    slug,
    formerSlugs: [...formerSlugs.filter((one) => one !== slug), before],
    ...(config.logo && { 'config.logo': movedTo(slug, config.logo) }),
  };
}

/** How the clinic is reached: a phone number is kept in E.164, and what is empty is taken away. */
function reached(
  contact: { phone?: string | undefined; address?: string | undefined } = {},
  country: string,
): Fields {
  const { phone, address } = contact;
  return {
    ...(phone !== undefined && { 'config.contact.phone': phone ? e164(phone, country) : undefined }),
    ...(address === '' && { 'config.contact.address': undefined }),
  };
}

async function assertNoBookings(own: TenantScope, field: string): Promise<void> {
  await besideNewBookings(own);
  const any = await findEverywhere(own, {}, { limit: 1, sort: { id: 1 } });
  if (any.length === 0) return;
  throw invalid(`config.${field}`, 'This cannot change once there are bookings.');
}

/** The fields of nested settings by their paths, so that what a newer version stored beside them stays. */
function leaves(path: string, value: object): Fields {
  const found: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    if (isPlainObject(inner)) Object.assign(found, leaves(`${path}.${key}`, inner));
    else if (inner !== undefined) found[`${path}.${key}`] = inner;
  }
  return found;
}
