// A document of which only some fields are wanted is cut from its bytes, without making a value of anything.

const width: Readonly<Record<number, number>> = {
  1: 8, 6: 0, 7: 12, 8: 1, 9: 8, 10: 0, 16: 4, 17: 8, 18: 8, 19: 16, 127: 0, 255: 0,
}; // prettier-ignore
const [binary, regex, pointer] = [5, 11, 12];

/** Leaves the bytes of a whole document with those of its own fields that have one of these names, in their order. */
export function keeping(names: ReadonlySet<string>): (body: Buffer) => Buffer {
  const wanted: Buffer[][] = Array.from({ length: 256 }, () => []);
  for (const name of names) {
    const bytes = Buffer.from(`${name}\0`);
    wanted[bytes[0]!]!.push(bytes);
  }
  return (body) => {
    const ranges: number[] = [];
    let size = 5;
    for (let at = 4, left = names.size; left > 0 && body[at] !== 0;) {
      let stop = at + 1;
      while (body[stop] !== 0) stop++;
      const end = endOf(body, body[at]!, stop + 1);
      if (isOneOf(wanted[body[at + 1]!]!, body, at + 1)) {
        if (ranges.at(-1) === at) ranges[ranges.length - 1] = end;
        else ranges.push(at, end);
        size += end - at;
        left--;
      }
      at = end;
    }
    return cut(body, ranges, size);
  };
}

function isOneOf(names: readonly Buffer[], body: Buffer, at: number): boolean {
  for (const name of names) if (startsAt(body, at, name)) return true;
  return false;
}

function startsAt(body: Buffer, at: number, name: Buffer): boolean {
  for (let n = 0; n < name.length; n++) if (body[at + n] !== name[n]) return false;
  return true;
}

function cut(body: Buffer, ranges: readonly number[], size: number): Buffer {
  const result = Buffer.allocUnsafe(size);
  let to = result.writeInt32LE(size, 0);
  for (let n = 0; n < ranges.length; n += 2) to += body.copy(result, to, ranges[n], ranges[n + 1]);
  result[to] = 0;
  return result;
}

/** Where a value ends. */
function endOf(body: Buffer, type: number, at: number): number {
  const fixed = width[type];
  if (fixed !== undefined) return at + fixed;
  if (type === regex) return body.indexOf(0, body.indexOf(0, at) + 1) + 1;
  const length = body.readInt32LE(at);
  // A length counts itself in documents, arrays and code with a scope, and neither itself nor what stands behind it elsewhere.
  if (type === 3 || type === 4 || type === 15) return at + length;
  if (type === binary) return at + 5 + length;
  return at + 4 + length + (type === pointer ? 12 : 0);
}
