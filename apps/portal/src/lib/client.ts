import { createClient, type Client } from '@paper-circe/api/client';

const clients = new Map<string, Client>();

/** The API of a clinic as a page in the browser reaches it, with the session's own cookie. One for each clinic. */
export function clientOf(slug: string): Client {
  let client = clients.get(slug);
  if (!client) clients.set(slug, (client = createClient({ tenant: slug })));
  return client;
}
