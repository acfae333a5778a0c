import { resolve } from 'node:path';
import { invalid } from '../errors.ts';
import { FolderStore } from './folder-store.ts';
import { S3Store } from './s3-store.ts';
import type { Store } from './store.ts';

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The place where backups lie, by its address: a folder, or `s3://bucket/prefix` on S3 or what is compatible with it.
 * Nothing is asked of it yet: `check` of the answer does.
 * @param env who says where a bucket is and who we are there: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, where
 * there is one, `AWS_SESSION_TOKEN`; `AWS_REGION` or `AWS_DEFAULT_REGION`, us-east-1 without; `AWS_ENDPOINT_URL_S3` or
 * `AWS_ENDPOINT_URL`, AWS itself without
 * @throws VALIDATION when the address or a variable is none; no message holds a key
 */
export function openStore(address: string, env: Environment): Store {
  if (address.trim() === '' || address.includes('\0')) throw invalid('address', 'It must be a folder, or s3://bucket/prefix.'); // prettier-ignore
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(address)) return new FolderStore(resolve(address));
  const { name, prefix } = parts(address);
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1';
  if (!/^[a-z0-9-]+$/.test(region))
    throw invalid('AWS_REGION', 'AWS_REGION must be a region, such as eu-west-3.');
  const bucket = {
    name,
    region,
    endpoint: endpointOf(env, region),
    accessKeyId: required(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: required(env, 'AWS_SECRET_ACCESS_KEY'),
    sessionToken: env['AWS_SESSION_TOKEN'] || undefined,
    firstPauseMs: 250,
  };
  return new S3Store(bucket, prefix);
}

function parts(address: string): { name: string; prefix: string } {
  const [, name, rest = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/.exec(address) ?? [];
  const segments = rest.split('/').filter((segment) => segment !== '');
  // A key in the address would end up in logs, so nothing of a wrong one is repeated.
  if (name === undefined || segments.some((segment) => /^\.{1,2}$|[\p{Cc}]/u.test(segment)))
    throw invalid('address', 'It must be a folder, or s3://bucket/prefix; keys belong into the environment.');
  const wrong = wrongIn(name);
  if (wrong !== undefined)
    throw invalid('address', `It must be a folder, or s3://bucket/prefix, and ${wrong}.`);
  return { name, prefix: segments.join('/') };
}

/** What S3 would not take as the name of a bucket. */
function wrongIn(name: string): string | undefined {
  if (name === '') return 'the name of the bucket is missing';
  if (/[@:]/.test(name)) return 'keys belong into the environment';
  if (name.length < 3) return 'the name of the bucket is too short: it has at least 3 characters';
  if (name.length > 63) return 'the name of the bucket is too long: it has at most 63 characters';
  if (/^[a-z0-9][a-z0-9._-]*[a-z0-9]$/.test(name)) return undefined;
  return 'the name of the bucket has small letters, digits, dots and hyphens, the first and the last one a letter or a digit';
}

function endpointOf(env: Environment, region: string): string {
  const variable = env['AWS_ENDPOINT_URL_S3'] ? 'AWS_ENDPOINT_URL_S3' : 'AWS_ENDPOINT_URL';
  const given = env[variable];
  if (!given) return `https://s3.${region}.amazonaws.com`;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isPlain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search;
  if (!isPlain) throw invalid(variable, `${variable} must be an address such as https://s3.example.com.`);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function required(env: Environment, variable: string): string {
  const value = env[variable];
  if (value) return value;
  throw invalid(variable, `${variable} is not set: a bucket needs it.`);
}
