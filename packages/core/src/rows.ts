// Documents read from their bytes, with `id` in place of `_id`. The driver's reader is made for any document; those of one
// collection have the same few fields, and in a list most of a row repeats what the row before it has.
import { ObjectId, type Document } from 'mongodb';

/** A field that was met before, or what stands at any place of a list. */
interface Field {
  /** Its name as bytes, with the zero behind it. */
  readonly name: Buffer;
  readonly key: string;
  readonly place: number;
  /** The fields that were met inside of it. */
  readonly inside: Field[];
  /** What was met at the places of the list that it is. */
  item: Field | undefined;
  /** The text that it was in the row before, and the bytes that say so. */
  text: string;
  body: Buffer;
  from: number;
  to: number;
}

const none: Buffer = Buffer.alloc(0);

/** How many fields are known by name beside each other; of documents with any keys, the latest ones. */
const mostFields = 200;

/** Reads the documents of one collection, and remembers what their fields are called. */
export class RowReader {
  readonly #known: Field[] = [];
  #body = none;
  #at = 0;
  #isPlain = true;

  /** The documents of raw answers; undefined in the place of one with anything but plain values, which is the driver's. */
  rows(answers: readonly Uint8Array[]): (Document | undefined)[] {
    try {
      return answers.map((bytes) => this.#row(asBuffer(bytes)));
    } finally {
      this.#body = none;
      // The names stay: they are the same for everybody. What stood under them is a clinic's.
      forget(this.#known);
    }
  }

  #row(body: Buffer): Document | undefined {
    if (!beginsWithId(body)) return undefined;
    this.#body = body;
    this.#at = 21;
    this.#isPlain = true;
    const row = this.#fields({ id: body.toString('hex', 9, 21) }, this.#known);
    return this.#isPlain ? row : undefined;
  }

  #fields(into: Document, known: Field[]): Document {
    for (let place = 0; this.#isPlain; place++) {
      const type = this.#body[this.#at++];
      if (type === 0) break;
      const field = fieldAt(this.#body, this.#at, known, place);
      // What is a reference to another collection, or no field of its own, the driver knows to handle.
      if (field.key === '$ref' || field.key === '__proto__') this.#isPlain = false;
      this.#at += field.name.length;
      into[field.key] = this.#value(type, field);
      place = field.place;
    }
    return into;
  }

  #items(item: Field): unknown[] {
    const items: unknown[] = [];
    while (this.#isPlain) {
      const type = this.#body[this.#at++];
      if (type === 0) break;
      // Its name is the number of its place.
      while (this.#at < this.#body.length && this.#body[this.#at++] !== 0);
      items.push(this.#value(type, item));
    }
    return items;
  }

  #value(type: number | undefined, field: Field): unknown {
    const body = this.#body;
    const at = this.#at;
    switch (type) {
      case 1:
        this.#at += 8;
        return body.readDoubleLE(at);
      case 2:
        this.#at += 4 + body.readInt32LE(at);
        return this.#text(at + 4, this.#at - 1, field);
      case 3:
        this.#at += 4;
        return this.#fields({}, field.inside);
      case 4:
        this.#at += 4;
        return this.#items((field.item ??= newField(none, '', 0)));
      case 7:
        this.#at += 12;
        return new ObjectId(body.subarray(at, at + 12));
      case 8:
        this.#at += 1;
        return body[at] === 1;
      case 9:
        this.#at += 8;
        return new Date(body.readInt32LE(at + 4) * 2 ** 32 + body.readUInt32LE(at));
      case 10:
        return null;
      case 16:
        this.#at += 4;
        return body.readInt32LE(at);
      default:
        this.#isPlain = false;
        return undefined;
    }
  }

  #text(from: number, to: number, last: Field): string {
    const body = this.#body;
    if (last.to - last.from === to - from && areSame(body, from, to, last.body, last.from)) return last.text;
    const text = body.toString('utf8', from, to);
    // What is no UTF-8 is the driver's to refuse.
    if (text.includes('\ufffd')) this.#isPlain = false;
    last.body = body;
    last.from = from;
    last.to = to;
    return (last.text = text);
  }
}

/** What the driver hands over is a buffer already where it lies in what the socket has read. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The server puts `_id` before every other field. */
function beginsWithId(body: Buffer): boolean {
  return body[4] === 7 && body[5] === 0x5f && body[6] === 0x69 && body[7] === 0x64 && body[8] === 0;
}

/** The field whose name stands in the bytes, most likely the one that followed here before. */
function fieldAt(body: Buffer, at: number, known: Field[], place: number): Field {
  const expected = known[place];
  if (expected && isNamed(expected, body, at)) return expected;
  for (const field of known) if (isNamed(field, body, at)) return field;
  if (known.length === mostFields) known.length = 0;
  const end = body.indexOf(0, at);
  const name = Buffer.from(body.subarray(at, end + 1));
  const field = newField(name, body.toString('utf8', at, end), known.length);
  known.push(field);
  return field;
}

function newField(name: Buffer, key: string, place: number): Field {
  return { name, key, place, inside: [], item: undefined, text: '', body: none, from: 0, to: 0 };
}

function isNamed({ name }: Field, body: Buffer, at: number): boolean {
  return areSame(body, at, at + name.length, name, 0);
}

function areSame(one: Buffer, from: number, to: number, other: Buffer, otherFrom: number): boolean {
  for (let n = from, m = otherFrom; n < to; n++, m++) if (one[n] !== other[m]) return false;
  return true;
}

function forget(fields: readonly Field[]): void {
  for (const field of fields) {
    field.text = '';
    field.body = none;
    field.from = field.to = 0;
    forget(field.inside);
    if (field.item) forget([field.item]);
  }
}
