// One request to an S3-compatible address: signed, tried again where that is safe, and said in a sentence when it is
// refused. Every request of a backup may be sent twice: it writes the same bytes under the same name.
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { CirceError } from '../errors.ts';
import { unusable } from './store.ts';

/** A bucket, and who we are there. */
export interface Bucket {
  /** Where the address of every object begins, without a slash at its end. */
  readonly endpoint: string;
  readonly region: string;
  readonly name: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** How long the second try waits, in milliseconds; each further one four times as long. */
  readonly firstPauseMs: number;
}

export interface Ask {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** The object; the bucket itself where it is empty. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Whether one that is not answered is tried as often as one that is: who gives up loses what he has done. */
  readonly patient?: boolean;
}

/** What may be over in a moment: the address is not reached, or has a fault of its own. */
export class Passing extends CirceError<'UNAVAILABLE'> {
  constructor(message: string, cause?: unknown) {
    super('UNAVAILABLE', message, {}, cause);
  }
}

/** How often something is tried where it is answered, and where it is not. */
const tries = { answered: 5, unanswered: 3 };

/** How long an answer may take to begin, in milliseconds: a part of 8 MB over a slow line is sent before. */
const answerMs = 5 * 60_000;

/**
 * Sends a request until it is done.
 * @param read of the answer whatever is wanted; what goes wrong in it is tried again too
 * @throws NOT_FOUND when there is no such object, with the code of the answer
 * @throws UNAVAILABLE when the address is not reached, or refuses
 */
export async function ask<Result>(
  bucket: Bucket,
  request: Ask,
  read: (response: Response) => Promise<Result>,
): Promise<Result> {
  for (let tried = 1; ; tried++) {
    const { result, failure, most } = await once(bucket, request, read);
    if (result) return result.value;
    if (tried >= most) throw failure;
    await pause(bucket.firstPauseMs * 4 ** (tried - 1) * (0.5 + Math.random() / 2));
  }
}

interface Tried<Result> {
  readonly result?: { readonly value: Result };
  readonly failure?: Error;
  /** How often this may be tried. */
  readonly most: number;
}

async function once<Result>(
  bucket: Bucket,
  request: Ask,
  read: (response: Response) => Promise<Result>,
): Promise<Tried<Result>> {
  try {
    const response = await sent(bucket, request);
    if (response.ok) return { result: { value: await read(response) }, most: 1 };
    const code = codeIn(await response.text());
    const failure = refusal(bucket, response.status, code);
    return { failure, most: failure instanceof Passing ? tries.answered : 1 };
  } catch (error) {
    if (error instanceof CirceError) return { failure: error, most: 1 };
    return { failure: unreached(bucket, error), most: tries[request.patient ? 'answered' : 'unanswered'] };
  }
}

async function sent(bucket: Bucket, { method, key, query = {}, headers, body }: Ask): Promise<Response> {
  const { accessKeyId, secretAccessKey, sessionToken, region } = bucket;
  const signer = new AwsV4Signer({
    method,
    url: addressOf(bucket, key, query),
    headers: {
      ...headers,
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
    },
    accessKeyId,
    secretAccessKey,
    region,
    service: 's3',
    ...(sessionToken !== undefined && { sessionToken }),
  });
  const signed = await signer.sign();
  const answering = new AbortController();
  const timer = setTimeout(() => answering.abort(), answerMs);
  try {
    return await fetch(signed.url, {
      method,
      headers: signed.headers,
      redirect: 'manual',
      signal: answering.signal,
      ...(body && { body }),
    });
  } finally {
    clearTimeout(timer);
  }
}

function addressOf({ endpoint, name }: Bucket, key: string, query: Ask['query'] = {}): string {
  const path = key.split('/').map(encoded).join('/');
  const asked = Object.entries(query).map((pair) => pair.map(encoded).join('='));
  return `${endpoint}/${name}${key && '/'}${path}${asked.length > 0 ? '?' : ''}${asked.join('&')}`;
}

/** As the signature has it (RFC 3986): some servers compare it with what was sent, and not with what that means. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** What is over in a moment: too much at once, or a fault of the other side, but not what it was never made for. */
function isPassing(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501);
}

function codeIn(text: string): string {
  return /<Code>(\w{1,64})<\/Code>/.exec(text)?.[1] ?? '';
}

/** What an answer means; nothing of the request goes into it, since its headers are for nobody else. */
export function refusal(
  { endpoint, name, region }: Pick<Bucket, 'endpoint' | 'name' | 'region'>,
  status: number,
  code: string,
): CirceError {
  const host = new URL(endpoint).host;
  const answer = code || `status ${status}`;
  if (code === 'NoSuchBucket') return unusable(`There is no bucket ${name} at ${host}.`);
  const said: Readonly<Record<string, string>> = {
    InvalidAccessKeyId: `${host} does not know AWS_ACCESS_KEY_ID`,
    SignatureDoesNotMatch: `${host} does not accept AWS_SECRET_ACCESS_KEY`,
    ExpiredToken: 'AWS_SESSION_TOKEN has expired',
    InvalidToken: `${host} does not accept AWS_SESSION_TOKEN`,
    AuthorizationHeaderMalformed: `The bucket ${name} is in another region than ${region}: set AWS_REGION`,
    PermanentRedirect: `The bucket ${name} is in another region than ${region}: set AWS_REGION`,
    RequestTimeTooSkewed: `The clock of this machine is not that of ${host}`,
  };
  if (isPassing(status)) return new Passing(`${host} refused (${answer}).`);
  if (status === 404 && ['', 'NoSuchKey', 'NoSuchUpload'].includes(code))
    return new CirceError('NOT_FOUND', `${host} does not have it.`, { what: answer });
  const reason = said[code] ?? (status === 403 ? `The keys may not do this in the bucket ${name}` : '');
  return unusable(`${reason || `${host} refused`} (${answer}).`);
}

function unreached({ endpoint }: Bucket, error: unknown): Passing {
  const { cause, name } = error as { cause?: { code?: string }; name?: string };
  return new Passing(`${new URL(endpoint).host} cannot be reached (${cause?.code ?? name}).`, error);
}
