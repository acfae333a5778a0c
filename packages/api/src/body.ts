import { TRPCError } from '@trpc/server';
import { invalid } from './errors.ts';

/** The largest body of a request, in bytes. */
export const maxBody = 256 * 1024;

/** Deeper than this lies nothing that a procedure takes. */
const deepest = 64;

/** How much more than that is read and thrown away, so that the sender gets to hear the answer. */
const patience = 8 * maxBody;

/**
 * The request with its body read, never more of it than the limit, whatever its length is said to be.
 * @throws PAYLOAD_TOO_LARGE or UNSUPPORTED_MEDIA_TYPE, as tRPC errors
 * @throws VALIDATION when it is nested too deep
 */
export async function withBoundedBody(request: Request): Promise<Request> {
  if (!request.body) return request;
  const reader = request.body.getReader();
  const refuse = (code: TRPCError['code']) => {
    void discard(reader);
    return new TRPCError({ code });
  };
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) throw refuse('UNSUPPORTED_MEDIA_TYPE');
  if (Number(request.headers.get('content-length') ?? 0) > maxBody) throw refuse('PAYLOAD_TOO_LARGE');
  const chunks: Uint8Array[] = [];
  let size = 0;
  // A sender who goes away in the middle of it is no bug of ours.
  const next = () => reader.read().catch((cause: unknown) => { throw new TRPCError({ code: 'BAD_REQUEST', cause }) }); // prettier-ignore
  for (let read = await next(); !read.done; read = await next()) {
    size += read.value.byteLength;
    if (size > maxBody) throw refuse('PAYLOAD_TOO_LARGE');
    chunks.push(read.value);
  }
  const body = Buffer.concat(chunks);
  if (isTooDeep(body)) throw invalid('', 'This is nested too deep.');
  const { method, url, headers, signal } = request;
  return new Request(url, { method, headers, signal, body });
}

/**
 * Whether JSON is nested deeper than anything of ours, told without reading it: a reader is busy with a hundred thousand
 * brackets ten times as long as with as much text, and everybody waits.
 */
function isTooDeep(json: Uint8Array): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === sign.quote) inText = !inText;
    else if (inText) at += byte === sign.backslash ? 1 : 0;
    else if (byte === sign.list || byte === sign.object) depth++;
    else if (byte === sign.listEnd || byte === sign.objectEnd) depth--;
    if (depth > deepest) return true;
  }
  return false;
}

/** As bytes. */
const sign = {
  quote: 0x22,
  backslash: 0x5c,
  list: 0x5b,
  listEnd: 0x5d,
  object: 0x7b,
  objectEnd: 0x7d,
} as const;

/** Reads on behind the answer: an unread body blocks the connection, and cutting it at once loses the answer. */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    let size = 0;
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      size += read.value.byteLength;
      if (size > patience) return await reader.cancel();
    }
  } catch {
    // The sender has gone.
  }
}
