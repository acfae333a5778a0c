import { auditEvents } from './audit.ts';
import { combined } from './changes.ts';
import { CirceError } from './errors.ts';
import { within, type TenantScope } from './tenancy.ts';

/** The most events that are read to tell what changed; the newest ones. */
const eventLimit = 200;

/**
 * Makes sure that a document is still as its caller saw it.
 * @param seen the revision that the caller saw; undefined when the last writer shall win
 * @throws STALE with what changed since, and who changed it last
 */
export async function assertFresh(
  clinic: TenantScope,
  what: string,
  collection: { readonly name: string },
  document: { readonly id: string; readonly revision: number },
  seen: number | undefined,
): Promise<void> {
  if (seen === undefined || seen === document.revision) return;
  const newest = await within(clinic, auditEvents).find(
    { collection: collection.name, documentId: document.id, documentRevision: { $gt: seen } },
    { sort: { documentRevision: -1 }, limit: eventLimit },
  );
  const last = newest[0];
  throw new CirceError('STALE', `Somebody changed this ${what} in the meantime. Please look again.`, {
    expected: seen,
    found: document.revision,
    changes: combined(newest.reverse().map(({ changes }) => changes)),
    ...(last && { by: last.actor, at: last.at }),
  });
}
