// Which server a command talks to, for which clinic, and as whom.
import type { Command } from 'commander';
import { platform } from '@paper-circe/api';
import {
  createClient,
  createPlatformClient,
  type Client,
  type PlatformClient,
} from '@paper-circe/api/client';
import type { Io } from '../io.ts';
import { UsageError } from '../usage.ts';
import { readProfiles } from './profiles.ts';

export interface Server {
  readonly url: string;
  readonly tenant: string;
  /** A session's, or an API token: `circe_<tenant>_<secret>`. */
  readonly token?: string | undefined;
}

/**
 * The server of `--profile`, else of `CIRCE_URL` with its variables, else of the profile that is current. They do not
 * mix: a token is sent nowhere but where it belongs.
 * @throws UsageError when no server is named
 */
export async function serverOf(command: Command, io: Io): Promise<Server> {
  const { profile } = command.optsWithGlobals<{ profile?: string }>();
  const { CIRCE_URL, CIRCE_TENANT, CIRCE_TOKEN, CIRCE_PROFILE } = io.env;
  if (profile === undefined && CIRCE_URL) return ofVariables(CIRCE_URL, CIRCE_TENANT, CIRCE_TOKEN);
  if (profile === undefined && CIRCE_TOKEN) throw new UsageError('CIRCE_TOKEN needs CIRCE_URL beside it.');
  const { current, profiles } = await readProfiles(io);
  const name = profile ?? (CIRCE_PROFILE || current);
  if (name === undefined) throw new UsageError('Which server? Set CIRCE_URL, or sign in: circe login');
  const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (!found) throw new UsageError(`There is no profile "${name}". Sign in: circe login --profile ${name}`);
  return found;
}

function ofVariables(url: string, named: string | undefined, token: string | undefined): Server {
  const tenant = named || tenantOf(token ?? '');
  if (!tenant) throw new UsageError('CIRCE_TENANT says which clinic: its slug.');
  return { url: addressOf(url), tenant, token: token || undefined };
}

/** The clinic of an API token, which says it itself. */
export function tenantOf(token: string): string | undefined {
  return /^circe_([a-z0-9-]+)_/.exec(token)?.[1];
}

/** @throws UsageError unless it is an address of the web */
export function addressOf(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, '');
  throw new UsageError(`"${url}" is no address. Write it as https://clinic.example`);
}

export function clientOf({ url, tenant, token }: Server, fetch = globalThis.fetch): Client | PlatformClient {
  const options = { url, fetch, ...(token !== undefined && { token }) };
  return tenant === platform ? createPlatformClient(options) : createClient({ ...options, tenant });
}
