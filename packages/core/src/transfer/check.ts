// Reads a whole folder before anything of it is written: every file as it was written, every line of its shape and of
// this clinic alone, every reference to something that is there, and the audit's chain from its first event to its last.
import { ObjectId, type Document as Bson } from 'mongodb';
import type { AuditEvent } from '../audit.ts';
import { AuditChain } from '../audit-chain.ts';
import { readLines } from '../backup/lines.ts';
import { assertKnown } from '../backup/manifest.ts';
import { schemaVersions } from '../backup/schema-versions.ts';
import { holdsAreRight } from '../bookings/check.ts';
import type { Booking } from '../bookings/schema.ts';
import { invalid } from '../errors.ts';
import type { OnProgress } from './export.ts';
import { fileOf, readCarried, storeOf, tenantsName, versionOfFile, type Carried } from './folder.ts';
import { readShape } from './shapes.ts';

/** A folder that has been looked through. */
export interface Checked extends Carried {
  /** The clinic's own document. */
  readonly tenant: Bson;
  /** Of each file the ids of which a later form follows. */
  readonly later: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Which fields of which file name something in another one. */
const references: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  users: { patientId: 'patients' },
  treatments: { assignedStaff: 'staff' },
  images: { staffId: 'staff' },
  bookings: { patientId: 'patients', staffId: 'staff', treatmentId: 'treatments' },
  bookingsArchive: { patientId: 'patients', staffId: 'staff', treatmentId: 'treatments' },
};

/** What others refer to: all that has to be remembered. */
const referred = new Set(['patients', 'staff', 'treatments']);

const step = 1_000;

/**
 * Looks through a folder.
 * @throws NOT_FOUND when there is no clinic in it, or one that was not finished
 * @throws VALIDATION when a file is not as it was written, or a line is none that a clinic has, with the file and the line
 * @throws UNAVAILABLE when a newer version wrote it
 */
export async function checkFolder(
  folder: string,
  onProgress: OnProgress,
  signal: AbortSignal | undefined,
): Promise<Checked> {
  const store = storeOf(folder);
  const carried = await readCarried(folder);
  assertKnown(folder, carried.schema, schemaVersions);
  const ids = new Map<string, Set<string>>();
  const later = new Map<string, Set<string>>();
  const chain = new Chain();
  let tenant: Bson | undefined;
  for (const { name, file, later: laterLines } of carried.files) {
    const known = new Set<string>();
    const laterIds = new Set<string>();
    const merged: string[] = [];
    let line = 0;
    for await (const read of readLines(store, fileOf(name), file)) {
      line++;
      signal?.throwIfAborted();
      const refuse = (field: string, message: string) =>
        invalid(`${name}:${line}:${field}`, `Line ${line} of ${name}, ${field || 'as a whole'}: ${message}`);
      const shape = readShape(name, read);
      if ('message' in shape) throw refuse(shape.field, shape.message);
      const { document } = shape;
      const id = (document['_id'] as ObjectId).toHexString();
      const owner: unknown = name === tenantsName ? id : document['tenantId'];
      if (owner !== carried.tenantId) throw refuse('tenantId', 'This is of another clinic.');
      if (document['version'] !== versionOfFile(name))
        throw refuse('version', 'It is of another version: migrate the database that it comes from first.');
      for (const [field, other] of Object.entries(references[name] ?? {})) {
        const missing = [document[field] ?? []].flat().find((one) => !ids.get(other)?.has(one as string));
        if (missing !== undefined) throw refuse(field, 'What this refers to is not there.');
      }
      if (name === 'patients' && typeof document['mergedInto'] === 'string')
        merged.push(document['mergedInto']);
      if (name === 'bookings' && !holdsAreRight(loaded<Booking>(document)))
        throw refuse('holds', 'It holds another time than its own.');
      if (name === 'auditEvents' && !chain.takes(loaded<AuditEvent>(document)))
        throw refuse('hash', 'The audit is broken here.');
      if (name === 'counters' && document['name'] === 'audit' && !chain.endsAt(document))
        throw refuse('hash', 'The audit ends elsewhere.');
      if (name === tenantsName) tenant = document;
      if (referred.has(name)) known.add(id);
      if (line > file.lines - laterLines) laterIds.add(id);
      if (line % step === 0) await onProgress(`${name}, read`, line);
    }
    if (merged.some((id) => !known.has(id)))
      throw invalid(name, `A patient of ${name} was merged into nobody.`);
    ids.set(name, known);
    later.set(name, laterIds);
    await onProgress(`${name}, read`, line);
  }
  if (!chain.isWhole)
    throw invalid('counters', 'Nothing says where the audit ends, or why a part of it was erased.');
  if (!tenant) throw invalid(tenantsName, 'The clinic itself is missing.');
  return { ...carried, tenant, later };
}

function loaded<Document>({ _id, ...fields }: Bson): Document {
  return { ...fields, id: (_id as ObjectId).toHexString() } as Document;
}

/** The audit as it is read, event after event: the sealed ones first. */
class Chain {
  readonly #sealed = new AuditChain();
  #isOver = false;
  #isEnded = false;

  /** Whether its end was named, where there is one, and all that was erased. */
  get isWhole(): boolean {
    return (this.#isEnded || this.#sealed.seq === 0) && this.#sealed.firstUnexplained() === undefined;
  }

  /** Whether an event follows the last one. */
  takes(event: AuditEvent): boolean {
    if (event.sealed) return !this.#isOver && this.#sealed.takes(event);
    this.#isOver = true;
    this.#sealed.explains(event);
    return event.seq === undefined;
  }

  /** Whether a counter names the last event that was sealed. */
  endsAt({ value, hash }: Bson): boolean {
    this.#isEnded = true;
    return value === this.#sealed.seq && hash === this.#sealed.hash;
  }
}
