import { z } from 'zod';
import { auditEvents, type AuditEvent } from './audit.ts';
import { Page, paged, type Paged } from './page.ts';
import { parsed } from './parsed.ts';
import { within, type TenantScope } from './tenancy.ts';
import { IdText, SearchText } from './text.ts';
import { dayInterval, LocalDate } from './time.ts';

/** Which audit events are wanted: all that is named has to fit. */
export const AuditSearch = Page.extend({
  /** The user who did it. */
  actorId: IdText.optional(),
  /** `feature.act`, such as `bookings.reschedule`. */
  action: SearchText.min(1).optional(),
  /** What was changed: a collection, or one document of it. */
  collection: SearchText.min(1).optional(),
  documentId: IdText.optional(),
  /** Local days of the clinic, both included. */
  from: LocalDate.optional(),
  to: LocalDate.optional(),
});
export type AuditSearch = z.input<typeof AuditSearch>;

/** What was done at a clinic, the latest first: by whom, which act, to what, and when, as far as it is asked for. */
export async function find(clinic: TenantScope, search: AuditSearch = {}): Promise<Paged<AuditEvent>> {
  const { actorId, action, collection, documentId, from, to, ...page } = parsed(AuditSearch, search);
  const zone = clinic.tenant.config.timezone;
  const at = {
    ...(from && { $gte: new Date(dayInterval(from, zone).from) }),
    ...(to && { $lt: new Date(dayInterval(to, zone).to) }),
  };
  const filter = {
    ...(actorId && { 'actor.id': actorId }),
    ...(action && { action }),
    ...(collection && { collection }),
    ...(documentId && { documentId }),
    ...((from ?? to) && { at }),
  };
  const order = { field: 'at', direction: -1 } as const;
  return paged(clinic, within(clinic, auditEvents), filter, order, page);
}
