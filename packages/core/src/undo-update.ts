// What was edited is taken back from its audit event, which says what each field was.
import { auditEvents } from './audit.ts';
import type { Collection, TenantDocument } from './collections.ts';
import { illegalState } from './errors.ts';
import { isRecent } from './recent.ts';
import { within, type TenantScope } from './tenancy.ts';

/**
 * What the fields of a document were before its newest change; an empty text where there was nothing.
 * @param action the one act that is taken back
 * @throws ILLEGAL_TRANSITION when the newest change was another act, or is more than 15 minutes ago
 */
export async function fieldsBefore<Document extends TenantDocument>(
  inside: TenantScope,
  action: string,
  collection: Collection<Document>,
  what: string,
  { id, revision }: TenantDocument,
): Promise<Record<string, unknown>> {
  const event = await within(inside, auditEvents).findOne({
    collection: collection.name,
    documentId: id,
    documentRevision: revision,
  });
  if (event?.action !== action || !isRecent(inside, event.at))
    throw illegalState(what, 'changed otherwise', 'undone');
  return Object.fromEntries(Object.entries(event.changes).map(([field, { from = '' }]) => [field, from]));
}
