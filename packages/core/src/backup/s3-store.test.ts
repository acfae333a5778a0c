import { createHash, randomBytes } from 'node:crypto';
import { startS3, type S3 } from '@paper-circe/testing/s3';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStore } from './open-store.ts';
import { S3Store } from './s3-store.ts';
import { textOf, type Store } from './store.ts';

let s3: S3;
let store: Store;
beforeAll(async () => {
  s3 = await startS3();
  store = storeOf();
});
afterEach(() => {
  s3.fault = () => undefined;
  s3.objects.clear();
});
afterAll(() => s3.close());

const prefix = 'Klinik 1 & 2/ünder+%(us)';

/** As `openStore` makes it, but for the patience. */
function storeOf(other: Record<string, string> = {}, bucket = s3.bucket): Store {
  const env: Record<string, string> = { ...s3.env, ...other };
  const place = {
    name: bucket,
    endpoint: env['AWS_ENDPOINT_URL_S3']!,
    region: env['AWS_REGION']!,
    accessKeyId: env['AWS_ACCESS_KEY_ID']!,
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY']!,
    firstPauseMs: 1,
  };
  return new S3Store(place, prefix);
}

const text = (words: string) => [Buffer.from(words)];

/** So many bytes in chunks that are no divisor of a part. */
async function* chunks(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 1_000_003) yield bytes.subarray(at, at + 1_000_003);
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('what is kept is read back, listed and removed, whatever its name is made of', async () => {
  const below = openStore(`s3://${s3.bucket}/${prefix}/`, s3.env);
  await below.check();
  expect(s3.objects.size).toBe(0);
  const names = ['a%2Fb.jsonl.gz', '.changes.jsonl.gz', "it's (one) + two*!", 'x/1', 'x/2', 'x/y/3'];
  for (const name of names) await below.keep(name, text(name));
  for (const name of names) expect(await textOf(store, name)).toBe(name);
  expect((await store.list('')).sort()).toEqual([...names.slice(0, 3), 'x'].sort());
  expect(await store.list('x')).toEqual(['1', '2', 'y']);
  expect(await store.in('x').list('y')).toEqual(['3']);
  expect(await store.list('none')).toEqual([]);
  await store.remove('x/1');
  await store.remove('x/1');
  expect([await store.has('x/1'), await store.has('x/2'), await store.has('x')]).toEqual([
    false,
    true,
    false,
  ]);
  await expect(textOf(store, 'x/1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await store.removeAll('x');
  expect((await store.list('')).sort()).toEqual(names.slice(0, 3).sort());
  const above = store.above();
  expect([above?.name, above?.store.address]).toEqual(['ünder+%(us)', `s3://${s3.bucket}/Klinik 1 & 2`]);
});

test('a large file goes in parts, through faults that pass, and comes back through an answer that broke off', async () => {
  const bytes = randomBytes(9_000_000);
  const faults = new Set(['POST large?uploads=', 'PUT large?partNumber=2', 'POST large?uploadId']);
  s3.fault = (asked) => {
    const once = [...faults].find((one) => asked.replace(`${prefix}/`, '').startsWith(one));
    if (once === undefined || !faults.delete(once)) return undefined;
    // The last one is done, and only its answer is lost.
    return once.includes('uploadId') ? 'done, but 500' : 503;
  };
  await store.keep('large', chunks(bytes));
  expect(faults.size).toBe(0);
  expect(sha256(s3.objects.get(`${prefix}/large`)!)).toBe(sha256(bytes));
  let cuts = 2;
  s3.fault = () => (cuts-- > 0 ? 'cut' : undefined);
  expect(sha256(Buffer.concat(await Array.fromAsync(store.read('large'))))).toBe(sha256(bytes));
  expect(s3.uploads.size).toBe(0);
});

test('what is read back is waited for longer than what is written', async () => {
  await store.keep('one', text('one'));
  let down = 4;
  s3.fault = () => (down-- > 0 ? 'cut off' : undefined);
  expect(await textOf(store, 'one')).toBe('one');
  down = 5;
  await expect(textOf(store, 'one')).rejects.toThrow('cannot be reached');
  down = 3;
  await expect(store.keep('another', text('another'))).rejects.toThrow('cannot be reached');
  expect([...s3.objects.keys()]).toEqual([`${prefix}/one`]);
});

test('what fails in the middle leaves neither a file nor parts of one', async () => {
  const content = async function* () {
    yield Buffer.alloc(9_000_000);
    throw new RangeError('the database has gone');
  };
  await expect(store.keep('half', content())).rejects.toThrow('the database has gone');
  s3.fault = (asked) => (asked.includes('partNumber=2') ? 400 : undefined);
  await expect(store.keep('half', chunks(Buffer.alloc(9_000_000)))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
  expect([s3.objects.size, s3.uploads.size]).toEqual([0, 0]);
});

test('what is wrong with the keys, the bucket, the region or the address is said, and no secret', async () => {
  const gone = await startS3();
  await gone.close();
  const host = new URL(s3.env['AWS_ENDPOINT_URL_S3']!).host;
  const wrong: readonly (readonly [Store, string])[] = [
    [storeOf({ AWS_ACCESS_KEY_ID: 'AKIDOTHER' }), `${host} does not know AWS_ACCESS_KEY_ID (InvalidAccessKeyId).`],
    [storeOf({ AWS_SECRET_ACCESS_KEY: 'geheim' }), `${host} does not accept AWS_SECRET_ACCESS_KEY (SignatureDoesNotMatch).`],
    [storeOf({}, 'nobodys'), `There is no bucket nobodys at ${host}.`],
    [storeOf({ AWS_REGION: 'eu-west-3' }), 'The bucket circe-backups is in another region than eu-west-3: set AWS_REGION (AuthorizationHeaderMalformed).'],
    [storeOf(gone.env), `${new URL(gone.env['AWS_ENDPOINT_URL_S3']!).host} cannot be reached (ECONNREFUSED).`],
  ]; // prettier-ignore
  for (const [place, message] of wrong) {
    const error: unknown = await place.list('').catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', message });
    const checked = place.check();
    // The line may be down when a clinic opens.
    if (message.includes('cannot be reached')) expect(await checked).toBe(message);
    else await expect(checked).rejects.toThrow(message);
  }
  s3.fault = () => 503;
  s3.asked.length = 0;
  expect(await store.check()).toBe(`${host} refused (SlowDown).`);
  expect(s3.asked).toHaveLength(5);
  // What it was not made for it will not do a moment later either.
  s3.fault = () => 501;
  s3.asked.length = 0;
  await expect(store.check()).rejects.toThrow(`${host} refused (Fault).`);
  expect(s3.asked).toHaveLength(1);
});

test('an address or an environment that is none is refused, and nothing of it repeated', () => {
  const refused = (address: string, env: Record<string, string> = s3.env) => {
    try {
      return openStore(address, env).address;
    } catch (error) {
      return (error as Error).message;
    }
  };
  for (const address of ['s3://', 's3://b', 's3://AKID:geheim@bucket/a', 's3://bucket/a/../b', 's3://bucket/a\n', 'http://x', '', 'a\0b']) {
    expect(refused(address)).toMatch(/^It must be a folder, or s3:\/\/bucket\/prefix/);
    expect(refused(address)).not.toContain('geheim');
  } // prettier-ignore
  for (const [address, why] of [
    ['s3://x/y', 'too short: it has at least 3 characters.'],
    ['s3:///y', 'missing.'],
    [`s3://${'b'.repeat(64)}/y`, 'too long'],
    ['s3://Bucket/y', 'small letters'],
    ['s3://-bucket/y', 'a letter or a digit'],
    ['s3://AKID:geheim@b', 'keys belong into the environment.'],
  ] as const)
    expect(refused(address)).toContain(why);
  expect(refused('s3://bucket/a//b/')).toBe('s3://bucket/a/b');
  for (const variable of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
    expect(refused('s3://bucket', { ...s3.env, [variable]: '' })).toContain(variable);
  for (const endpoint of ['minio', 'ftp://minio', 'http://a:geheim@minio'])
    expect(refused('s3://bucket', { ...s3.env, AWS_ENDPOINT_URL_S3: endpoint })).toBe(
      'AWS_ENDPOINT_URL_S3 must be an address such as https://s3.example.com.',
    );
});
