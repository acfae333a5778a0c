import { handleTrpc } from '@paper-circe/api';
import { origin, start } from '#lib/server/installation.ts';
import type { RequestHandler } from './$types';

/** The API over HTTP: `/api/jakarta/trpc/...`, and `/api/platform/trpc/...` for the installation. */
export const fallback: RequestHandler = async ({ request, params, getClientAddress }) => {
  const { database, kind } = await start();
  return handleTrpc(request, {
    database,
    tenant: params.tenant,
    address: getClientAddress(),
    origin: origin(),
    demo: kind === 'embedded',
  });
};
