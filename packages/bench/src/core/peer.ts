import type { Document, ObjectId } from 'mongodb';

export type Name = 'patients' | 'staff' | 'treatments' | 'bookings' | 'counters' | 'auditEvents';

export interface FindOptions {
  readonly limit: number;
  readonly sort?: Record<string, 1 | -1>;
  readonly projection?: Record<string, 1>;
}

/** A way to the same collections that the hand-written acts can be done with. */
export interface Peer<Session = unknown> {
  readonly name: string;
  /** Runs work in one transaction, with snapshot reads and majority writes. */
  transaction(work: (session: Session) => Promise<void>): Promise<void>;
  one(name: Name, filter: Document, session?: Session): Promise<Document | null>;
  many(name: Name, filter: Document, options: FindOptions, session?: Session): Promise<Document[]>;
  add(name: Name, document: Document, session: Session): Promise<{ _id: ObjectId }>;
  /** The document after the change. */
  change(name: Name, filter: Document, update: Document, session: Session): Promise<Document | null>;
  upsert(name: Name, filter: Document, update: Document, session: Session): Promise<Document | null>;
  close(): Promise<void>;
}

export const transactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority' },
} as const;
