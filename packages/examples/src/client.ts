import { createClient, type Client } from '@paper-circe/api/client';

/** The clinic that the environment names. */
export function clinicOfEnvironment(): Client {
  const { CIRCE_URL: url, CIRCE_TENANT: tenant, CIRCE_TOKEN: token } = process.env;
  if (!url || !tenant || !token) {
    console.error('CIRCE_URL, CIRCE_TENANT and CIRCE_TOKEN say where to go.');
    process.exit(2);
  }
  return createClient({ url, tenant, token });
}
