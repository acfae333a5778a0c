import { createHash } from 'node:crypto';
import type { AuditEvent } from './audit-event.ts';
import { canonical } from './changes.ts';

/** The event, of the clinic and not of a document, that names the events of which an erasure has taken something away. */
export const erasure = 'patients.erase';

/** What seals an event behind the one before it. */
export function hashOf(event: AuditEvent, seq: number, previous: string): string {
  const { id, tenantId, at, actor, action, collection, documentId, changes, documentRevision } = event;
  const said = { id, tenantId, seq, at, actor, action, collection, documentId, changes, documentRevision };
  return createHash('sha256').update(previous).update(canonical(said)).digest('hex');
}

/**
 * A clinic's audit as it is read, event after event. An erased event keeps the hash of what it said, which the next
 * one is built on; that it was erased is said by another event of the same chain. See docs/decisions/erasure.md.
 */
export class AuditChain {
  #seq = 0;
  #hash = '';
  readonly #erased = new Set<number>();

  get seq(): number {
    return this.#seq;
  }

  get hash(): string {
    return this.#hash;
  }

  /** Reads the next sealed event; false when it does not fit. */
  takes(event: AuditEvent): boolean {
    const hash = event.erased ? event.hash : hashOf(event, this.#seq + 1, this.#hash);
    if (event.seq !== this.#seq + 1 || hash === undefined || event.hash !== hash) return false;
    this.#seq += 1;
    this.#hash = hash;
    if (event.erased) this.#erased.add(this.#seq);
    this.explains(event);
    return true;
  }

  /** Reads what an event says of erased ones, sealed or not yet. */
  explains({ action, collection, changes }: AuditEvent): void {
    if (action !== erasure || collection !== 'auditEvents') return;
    const named = changes['events']?.to;
    if (Array.isArray(named)) for (const seq of named) this.#erased.delete(seq as number);
  }

  /** The number of the first event that says it was erased, and of which nothing says so. */
  firstUnexplained(): number | undefined {
    return [...this.#erased].sort((a, b) => a - b)[0];
  }
}
