// The part of S3 that backups use, for tests: one bucket in memory behind real HTTP. It believes nobody: every request is
// signed (version 4) with the one key, its body is the one that was signed, its time is near, and parts have the sizes
// that S3 asks for. Written from the specification, and not from what our client sends.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface S3 {
  /** What a process needs in its environment to use it. */
  readonly env: Readonly<Record<string, string>>;
  readonly bucket: string;
  readonly objects: Map<string, Buffer>;
  /** Uploads in parts that nobody has ended. */
  readonly uploads: Map<string, Map<number, Buffer>>;
  /** What was asked, such as `PUT a/b?partNumber=1`. */
  readonly asked: string[];
  /** Looks at a request before it is answered, and may take its time for that. */
  fault: (asked: string) => Fault | Promise<Fault>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A status that is answered instead, or what becomes of the connection: it ends in the middle of the answer, or with none. */
export type Fault = number | 'cut' | 'done, but 500' | 'done, but cut off' | 'cut off' | undefined;

/** What the answers are made of. */
type Served = Omit<S3, 'env' | 'close' | typeof Symbol.asyncDispose>;

const least = 5 * 1024 * 1024;
const keyId = 'AKIDTESTING';
const secret = 'a/secret+of-tests';

/** An answer: its status, and its body as XML or bytes. */
type Answer = readonly [status: number, body?: string | Buffer, headers?: Record<string, string>];

export async function startS3(region = 'ap-southeast-3'): Promise<S3> {
  const s3 = {
    bucket: 'circe-backups',
    objects: new Map<string, Buffer>(),
    uploads: new Map<string, Map<number, Buffer>>(),
    asked: [] as string[],
    fault: (): undefined => undefined,
  } as Served;
  const server = createServer((request, response) => {
    answered(s3, region, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(s3, {
    env: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: keyId,
      AWS_SECRET_ACCESS_KEY: secret,
    },
    close,
    [Symbol.asyncDispose]: close,
  });
}

async function answered(
  s3: Served,
  region: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  const url = new URL(request.url ?? '', 'http://s3');
  const [, bucket = '', ...segments] = decodeURIComponent(url.pathname).split('/');
  const key = segments.join('/');
  const asked = `${request.method} ${key}${url.search}`;
  s3.asked.push(asked);
  const fault = await s3.fault(asked);
  if (fault === 'cut off') return void response.destroy();
  if (typeof fault === 'number') return sent(response, error(fault, fault === 503 ? 'SlowDown' : 'Fault'));
  const refused = refusal(request, url, body, region);
  if (refused) return sent(response, error(403, refused));
  if (bucket !== s3.bucket) return sent(response, error(404, 'NoSuchBucket'));
  const answer = acted(s3, request, key, url.searchParams, body);
  if (fault === 'done, but cut off') return void response.destroy();
  if (fault === 'done, but 500') return sent(response, error(500, 'InternalError'));
  sent(response, answer, fault === 'cut');
}

function sent(response: ServerResponse, [status, body = '', headers = {}]: Answer, isCut = false): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  if (!isCut || bytes.length < 2) return void response.end(bytes);
  response.write(bytes.subarray(0, bytes.length >> 1), () => setImmediate(() => response.destroy()));
}

const error = (status: number, code: string): Answer => [status, `<Error><Code>${code}</Code></Error>`];

function acted(
  { objects, uploads }: Served,
  { method = '', headers }: IncomingMessage,
  key: string,
  query: URLSearchParams,
  body: Buffer,
): Answer {
  if (key === '')
    return query.get('list-type') === '2' ? listed(objects, query) : error(501, 'NotImplemented');
  const uploadId = query.get('uploadId');
  if (method === 'POST' && query.has('uploads')) {
    const id = `upload+/${uploads.size}&`;
    uploads.set(id, new Map());
    const shown = id.replace('&', '&amp;');
    return [
      200,
      `<InitiateMultipartUploadResult><UploadId>${shown}</UploadId></InitiateMultipartUploadResult>`,
    ];
  }
  if (uploadId !== null) {
    const parts = uploads.get(uploadId);
    if (!parts) return error(404, 'NoSuchUpload');
    if (method === 'PUT') {
      parts.set(Number(query.get('partNumber')), body);
      return [200, '', { etag: tagOf(body) }];
    }
    if (method === 'POST') return completed(objects, key, parts, body, () => uploads.delete(uploadId));
    uploads.delete(uploadId);
    return [204];
  }
  if (method === 'PUT') {
    objects.set(key, body);
    return [200, '', { etag: tagOf(body) }];
  }
  if (method === 'DELETE') {
    objects.delete(key);
    return [204];
  }
  const found = objects.get(key);
  if (!found) return method === 'HEAD' ? [404] : error(404, 'NoSuchKey');
  const tag = { etag: tagOf(found) };
  if (headers['if-match'] !== undefined && headers['if-match'] !== tag.etag)
    return error(412, 'PreconditionFailed');
  const from = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
  if (method === 'HEAD') return [200, '', tag];
  return from === undefined ? [200, found, tag] : [206, found.subarray(Number(from)), tag];
}

const tagOf = (bytes: Buffer) => `"${createHash('md5').update(bytes).digest('hex')}"`;

function completed(
  objects: Map<string, Buffer>,
  key: string,
  parts: ReadonlyMap<number, Buffer>,
  body: Buffer,
  done: () => void,
): Answer {
  const named = [
    ...body.toString().matchAll(/<Part><PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)<\/ETag><\/Part>/g),
  ];
  const wanted = named.map(([, number, tag]) => ({ bytes: parts.get(Number(number)), tag }));
  if (wanted.some(({ bytes, tag }) => !bytes || tagOf(bytes) !== tag)) return error(400, 'InvalidPart');
  const whole = wanted.flatMap(({ bytes }) => bytes ?? []);
  if (whole.slice(0, -1).some(({ length }) => length < least)) return error(400, 'EntityTooSmall');
  objects.set(key, Buffer.concat(whole));
  done();
  return [200, '<CompleteMultipartUploadResult></CompleteMultipartUploadResult>'];
}

/** In pages of three, so that nobody forgets to ask for the next one. */
function listed(objects: Map<string, Buffer>, query: URLSearchParams): Answer {
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter')];
  const rows = new Set<string>();
  for (const key of [...objects.keys()].sort()) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
    rows.add(
      end < 0
        ? `<Contents><Key>${key}</Key></Contents>`
        : `<CommonPrefixes><Prefix>${key.slice(0, end + 1)}</Prefix></CommonPrefixes>`,
    );
  }
  const from = Number(query.get('continuation-token') ?? 0);
  const page = [...rows].slice(from, from + 3).join('');
  const isLast = from + 3 >= rows.size;
  const next = isLast ? '' : `<NextContinuationToken>${from + 3}</NextContinuationToken>`;
  return [
    200,
    `<ListBucketResult><Prefix>${prefix}</Prefix><IsTruncated>${!isLast}</IsTruncated>${page}${next}</ListBucketResult>`,
  ];
}

/** Why a request is not believed, or undefined. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function refusal(request: IncomingMessage, url: URL, body: Buffer, region: string): string | undefined {
  const { headers, method = '' } = request;
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (!given) return 'AccessDenied';
  const [, id = '', day = '', zone = '', signed = '', signature = ''] = given;
  if (id !== keyId) return 'InvalidAccessKeyId';
  if (zone !== region) return 'AuthorizationHeaderMalformed';
  const date = String(headers['x-amz-date']);
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(at - Date.now()) < 15 * 60_000) || !date.startsWith(day)) return 'RequestTimeTooSkewed';
  const hash = sha256(body);
  if (headers['x-amz-content-sha256'] !== hash) return 'XAmzContentSHA256Mismatch';
  const names = signed.split(';');
  const needed = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  if (needed.some((name) => !names.includes(name))) return 'AccessDenied';
  const canonical = [
    method,
    // As they were sent, which some servers do: so they have to be sent as they are signed.
    url.pathname,
    url.search.slice(1).split('&').filter(Boolean).sort().join('&'),
    ...names.map((name) => `${name}:${String(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}`),
    '',
    signed,
    hash,
  ].join('\n'); // prettier-ignore
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const signing = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const isSame = timingSafeEqual(hmac(signing, text), Buffer.from(signature, 'hex'));
  return isSame ? undefined : 'SignatureDoesNotMatch';
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
