import type { Actor } from './actor.ts';
import type { Changes } from './changes.ts';
import type { TenantDocument } from './collections.ts';

/** One change of one document, written in the transaction that made it. */
export interface AuditEvent extends TenantDocument {
  readonly at: Date;
  readonly actor: Actor;
  /** `feature.act`, such as `bookings.reschedule`. */
  readonly action: string;
  readonly collection: string;
  readonly documentId: string;
  readonly changes: Changes;
  /** The document's revision after it, where it has one. */
  readonly documentRevision?: number;
  /** What it said of a person was taken away on request; its hash is of what it said before. */
  readonly erased?: true;
  /** False until the sealer has numbered it. */
  readonly sealed: boolean;
  /** 1, 2, 3 ... without a gap within a tenant, once sealed. */
  readonly seq?: number;
  /** SHA-256 over the event and the hash of the one before it, once sealed. */
  readonly hash?: string;
}
