// Rows of plain values, read from their bytes. The driver's reader is made for any document; a month of a calendar is
// thousands of rows with the same few fields, of which most repeat what the row before has.
import { BSON, ObjectId, type Document } from 'mongodb';

/** What stood at one place of the row before: its name, its text when it was one, and the places inside it. */
interface Before {
  readonly name: Buffer;
  readonly key: string;
  bytes: Buffer;
  text: string;
  inside: Before[] | undefined;
}

const none = Buffer.alloc(0);

/** The documents of raw answers. One with anything but plain values is left to the driver. */
export function rowsOf(answers: readonly Uint8Array[]): Document[] {
  const before: Before[] = [];
  return answers.map((bytes) => {
    const row: Document = {};
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return fill(row, body, 4, before) ? row : BSON.deserialize(bytes);
  });
}

/** Fills a document or a list with what stands in the bytes from a place on; false when something there is not plain. */
function fill(into: Document | unknown[], body: Buffer, from: number, before: Before[]): boolean {
  const row = into as Document;
  for (let at = from, place = 0; body[at] !== 0; place++) {
    const last = named(body, at + 1, before, place);
    const start = at + 1 + last.name.length;
    switch (body[at]) {
      case 1:
        row[last.key] = body.readDoubleLE(start);
        at = start + 8;
        break;
      case 2:
        at = start + 4 + body.readInt32LE(start);
        row[last.key] = textOf(body, start + 4, at - 1, last);
        break;
      case 3:
      case 4: {
        const inner = body[at] === 3 ? {} : [];
        if (!fill(inner, body, start + 4, (last.inside ??= []))) return false;
        // A reference to another collection is read into a class of the driver's own.
        if ('$ref' in inner) return false;
        row[last.key] = inner;
        at = start + body.readInt32LE(start);
        break;
      }
      case 7:
        at = start + 12;
        row[last.key] = new ObjectId(body.subarray(start, at));
        break;
      case 8:
        row[last.key] = body[start] === 1;
        at = start + 1;
        break;
      case 9:
        row[last.key] = new Date(body.readInt32LE(start + 4) * 2 ** 32 + body.readUInt32LE(start));
        at = start + 8;
        break;
      case 10:
        row[last.key] = null;
        at = start;
        break;
      case 16:
        row[last.key] = body.readInt32LE(start);
        at = start + 4;
        break;
      default:
        return false;
    }
    if (last.key === '__proto__') return false;
  }
  return true;
}

/** What is known of the field at a place; the zero behind its name is a part of the name. */
function named(body: Buffer, at: number, before: Before[], place: number): Before {
  const known = before[place];
  if (known && standsAt(body, at, known.name)) return known;
  const end = body.indexOf(0, at);
  const name = Buffer.from(body.subarray(at, end + 1));
  return (before[place] = {
    name,
    key: body.toString('utf8', at, end),
    bytes: none,
    text: '',
    inside: undefined,
  });
}

function textOf(body: Buffer, from: number, to: number, last: Before): string {
  if (last.bytes.length === to - from && standsAt(body, from, last.bytes)) return last.text;
  last.bytes = body.subarray(from, to);
  return (last.text = body.toString('utf8', from, to));
}

function standsAt(body: Buffer, at: number, bytes: Buffer): boolean {
  for (let n = 0; n < bytes.length; n++) if (body[at + n] !== bytes[n]) return false;
  return true;
}
