// Other ids for a clinic that shall stand beside itself, or beside another one that has them. Of an ObjectId its
// instant and its count stay, so that what was made later still sorts behind; what names the process that made it is
// drawn by a key that nobody else has. So no table of a million ids is needed to write the same one wherever it is named.
import { createHmac, randomBytes } from 'node:crypto';
import { ObjectId, type Document as Bson } from 'mongodb';
import { isPlainObject } from '../dialect.ts';

/** The fields, at any depth, that hold an id or a list of them. */
const idFields = new Set([
  'id', 'tenantId', 'patientId', 'staffId', 'treatmentId', 'visitId', 'bookingId', 'bookingIds', 'userId', 'documentId',
  'mergedInto', 'assignedStaff', 'createdBy', 'r',
]); // prettier-ignore

export type Remap = (document: Bson) => Bson;

/** The same ids as before. */
export const kept: Remap = (document) => document;

/** Other ids, the same for the same one as long as this function is used. */
export function newIds(): Remap {
  const key = randomBytes(32);
  const other = (id: string) => {
    const [instant, process, count] = [id.slice(0, 8), id.slice(8, 18), id.slice(18)];
    return instant + createHmac('sha256', key).update(process).digest('hex').slice(0, 10) + count;
  };
  const mapped = (value: unknown, field: string): unknown => {
    if (typeof value === 'string') return idFields.has(field) && isId(value) ? other(value) : value;
    if (Array.isArray(value)) return value.map((item) => mapped(item, field));
    if (!isPlainObject(value)) return value;
    const inside = Object.entries(value).map(([name, inner]) => {
      // What a field was changed from and to is what the field holds.
      const is = name === 'from' || name === 'to' ? field : name;
      return [name, mapped(inner, is)] as const;
    });
    return Object.fromEntries(inside);
  };
  return (document) => {
    const { _id, ...fields } = document;
    return { _id: new ObjectId(other((_id as ObjectId).toHexString())), ...(mapped(fields, '') as Bson) };
  };
}

function isId(text: string): boolean {
  return /^[0-9a-f]{24}$/.test(text);
}
