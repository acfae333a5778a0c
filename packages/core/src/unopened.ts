// Why a database could not be opened, in words: whoever starts a server sees nothing but that line. Of its address only
// what is no secret is said, and where a password is not written as it has to be, nobody knows where it ends.
import { MongoError, MongoServerError, MongoServerSelectionError, type TopologyDescription } from 'mongodb';
import { isNotNow } from './driver-errors.ts';
import { CirceError, invalid } from './errors.ts';

/**
 * The address of a MongoDB as it may be shown: without whose it is, his password and its options.
 */
export function shownAddress(uri: string): string {
  return uri.replace(/^(mongodb(?:\+srv)?:\/\/).*@/s, '$1').replace(/\?.*$/s, '');
}

/** @throws VALIDATION for an address that the driver would take for another one than was meant */
export function assertAddress(uri: string): void {
  const [before = ''] = uri.split('?');
  if (!/^mongodb(\+srv)?:\/\/./.test(uri))
    throw noAddress('it begins with mongodb:// or mongodb+srv:// and a host');
  if (before.split('@').length > 2)
    throw noAddress('an @ in a user or a password is written %40, a colon %3A and a slash %2F');
}

function noAddress(why: string): CirceError<'VALIDATION'> {
  return invalid('uri', `The address of the database is none of a MongoDB: ${why}.`);
}

/** What the driver says of an address or its options, unless it repeats them. */
export function wrongAddress({ message }: Error, uri: string): CirceError<'VALIDATION'> {
  const isQuoted = message.includes('://') || secretsOf(uri).some((secret) => message.includes(secret));
  return noAddress(isQuoted ? 'a part of it is not written as it has to be' : message.replace(/\.$/, ''));
}

function secretsOf(uri: string): string[] {
  const [, user = ''] = /^[^:]*:\/\/(.*)@/s.exec(uri) ?? [];
  return user.split(/[:@/]/).filter((part) => part.length > 2);
}

/** Turns what the driver says when it cannot connect into ours. */
export function unopened(error: unknown, uri: string): unknown {
  const at = shownAddress(uri);
  if (error instanceof MongoServerError) {
    const message = isOfUser(error)
      ? `The database at ${at} refuses the user or the password of its address.`
      : `The database at ${at} refuses the connection: ${error.message}`;
    return isOfUser(error)
      ? new CirceError('UNAUTHENTICATED', message, {}, error)
      : new CirceError('UNAVAILABLE', message, {}, error);
  }
  const { path, code } = error as NodeJS.ErrnoException;
  if (path !== undefined && code !== undefined && !(error instanceof MongoError)) {
    const message = `The file ${path}, which the address of the database names, cannot be read (${code}).`;
    return new CirceError('UNAVAILABLE', message, {}, error);
  }
  if (!isNotNow(error)) return error instanceof MongoError ? wrongAddress(error, uri) : error;
  const message = `No database answers at ${at}: ${reasonOf(error)}.`;
  return new CirceError('UNAVAILABLE', message, {}, error);
}

/** AuthenticationFailed, and AtlasError, by which Atlas says the same. */
const isOfUser = ({ code }: MongoServerError) => code === 18 || code === 8000;

function reasonOf(error: unknown): string {
  if (!(error instanceof MongoServerSelectionError)) return reasonOfSocket(error);
  const { reason } = error as { readonly reason?: TopologyDescription };
  const [failed] = [...(reason?.servers.values() ?? [])].filter((server) => server.error);
  if (failed) return `${failed.address}: ${reasonOfSocket(failed.error?.cause ?? failed.error)}`;
  if (!reason?.setName) return 'it did not in time';
  const members = [...reason.servers.values()].filter(({ type }) => type.startsWith('RS'));
  return members.length > 0
    ? `the replica set ${reason.setName} has no primary at the moment`
    : `no server there belongs to a replica set ${reason.setName}: see replicaSet of the address`;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'the name of the host is not known',
  ENODATA: 'the name of the host is not known',
  EAI_AGAIN: 'the name of the host cannot be looked up at the moment',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the host',
  ETIMEDOUT: 'it did not in time',
  EACCES: 'permission denied',
  ENOENT: 'there is no such socket',
};

/** What Node says of certificates, and of what is no TLS at all. */
const ofCertificate = /CERT|SIGNATURE|ISSUER/;
const ofTls = /^ERR_SSL|^EPROTO$/;

function reasonOfSocket(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const known = reasons[code];
  if (known !== undefined) return `${known} (${code})`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `its certificate is of another name (${code})`;
  if (ofCertificate.test(code))
    return `its certificate is not trusted (${code}); tlsCAFile of the address names who signed it`;
  if (ofTls.test(code) || message.includes('secure TLS connection'))
    return 'it does not speak TLS as the address wants it: see tls there';
  return 'it gives no answer, or ends the connection, as a server does that wants tls=true of the address';
}
