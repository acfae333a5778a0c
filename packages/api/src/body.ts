import { TRPCError } from '@trpc/server';

/** The largest body of a request, in bytes. */
export const maxBody = 256 * 1024;

/**
 * The request with its body read, never more of it than the limit, whatever its length is said to be.
 * @throws PAYLOAD_TOO_LARGE or UNSUPPORTED_MEDIA_TYPE, as tRPC errors
 */
export async function withBoundedBody(request: Request): Promise<Request> {
  if (!request.body) return request;
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE' });
  }
  if (Number(request.headers.get('content-length') ?? 0) > maxBody) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > maxBody) throw tooLarge();
    chunks.push(chunk);
  }
  const { method, url, headers, signal } = request;
  return new Request(url, { method, headers, signal, body: Buffer.concat(chunks) });
}

function tooLarge(): TRPCError {
  return new TRPCError({ code: 'PAYLOAD_TOO_LARGE' });
}
