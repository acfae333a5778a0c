import { error } from '@sveltejs/kit';
import { pictureOf } from '@paper-circe/api';
import { origin, start } from '#lib/server/installation.ts';
import type { RequestHandler } from './$types';

/** A clinic's logo, or a picture of one of its staff. Its name changes with its bytes, so whoever has it never asks again. */
export const GET: RequestHandler = async ({ params, request, url }) => {
  const { database } = await start();
  const picture = await pictureOf(url, database, { tenant: params.tenant, origin: origin() }, params.file);
  if (!picture) error(404);
  const headers = {
    etag: `"${picture.sha256}"`,
    'cache-control': 'public, max-age=31536000, immutable',
    // Opened by itself, it is a picture on an empty page that may do nothing.
    'content-security-policy': "default-src 'none'; sandbox",
  };
  if (request.headers.get('if-none-match') === headers.etag)
    return new Response(null, { status: 304, headers });
  return new Response(Buffer.from(picture.data), {
    headers: { ...headers, 'content-type': picture.contentType },
  });
};
