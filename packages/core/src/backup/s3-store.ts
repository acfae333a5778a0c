// A bucket as a place for backups. A file of any size goes through a buffer of one part; an object appears when all of
// it is there. Addresses are path-style, which every compatible server has.
import { setTimeout as pause } from 'node:timers/promises';
import { isCirceError } from '../errors.ts';
import { ask, Passing, refusal, type Ask, type Bucket } from './s3-request.ts';
import { noFile, unusable, type Content, type Store } from './store.ts';

/** So much is sent at once, in bytes: 10,000 parts, the most that a file may have, are 80 GB. */
export const partSize = 8 * 1024 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

export class S3Store implements Store {
  readonly #bucket: Bucket;
  readonly #prefix: string;

  /** @param prefix without a slash at either end; empty for the whole bucket */
  constructor(bucket: Bucket, prefix: string) {
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  get address(): string {
    return `s3://${this.#bucket.name}${this.#prefix && '/'}${this.#prefix}`;
  }

  async check(): Promise<string | undefined> {
    const probe = `.probe-${process.pid}`;
    try {
      await this.list('');
      await this.keep(probe, []);
      await this.remove(probe);
      return undefined;
    } catch (error) {
      if (error instanceof Passing) return error.message;
      throw error;
    }
  }

  async keep(path: string, content: Content): Promise<void> {
    const key = this.#keyOf(path);
    const parts = partsOf(content);
    const first = await parts.next();
    const body = first.done ? new Uint8Array(0) : first.value;
    if (body.length < partSize) await this.#text({ method: 'PUT', key, body });
    else await this.#keepInParts(key, path, body, parts);
  }

  async #keepInParts(key: string, path: string, first: Bytes, rest: AsyncIterable<Bytes>): Promise<void> {
    const begun = await this.#text({ method: 'POST', key, query: { uploads: '' } });
    const [uploadId] = valuesIn(begun, 'UploadId');
    if (uploadId === undefined) throw this.#stranger();
    try {
      const tags = [await this.#sendPart(key, uploadId, 1, first)];
      for await (const part of rest) tags.push(await this.#sendPart(key, uploadId, tags.length + 1, part));
      await this.#complete(key, path, uploadId, tags);
    } catch (error) {
      // What was sent of it is paid for until somebody says that it is given up.
      await this.#text({ method: 'DELETE', key, query: { uploadId } }).catch(() => undefined);
      throw error;
    }
  }

  async #sendPart(key: string, uploadId: string, number: number, body: Bytes): Promise<string> {
    const query = { partNumber: String(number), uploadId };
    const tag = await ask(this.#bucket, { method: 'PUT', key, query, body }, async (response) => {
      await response.text();
      return response.headers.get('etag');
    });
    if (tag === null) throw this.#stranger();
    return tag;
  }

  async #complete(key: string, path: string, uploadId: string, tags: readonly string[]): Promise<void> {
    const parts = tags.map((tag, n) => `<Part><PartNumber>${n + 1}</PartNumber><ETag>${tag}</ETag></Part>`);
    const text = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
    const request: Ask = { method: 'POST', key, query: { uploadId }, body: Buffer.from(text) };
    try {
      await ask(this.#bucket, request, async (response) => {
        // It begins to answer before it is done, so an error may come under a status of success.
        const answer = await response.text();
        const [code] = valuesIn(answer, 'Code');
        if (code === 'InternalError') throw new TypeError(code);
        if (!answer.includes('<CompleteMultipartUploadResult'))
          throw refusal(this.#bucket, response.status, code ?? '');
      });
    } catch (error) {
      // The answer to an earlier try was lost on its way.
      if (!(isCirceError(error, 'NOT_FOUND') && (await this.has(path)))) throw error;
    }
  }

  async *read(path: string): AsyncGenerator<Uint8Array> {
    const key = this.#keyOf(path);
    let [at, tag, broken] = [0, '', 0];
    for (;;) {
      const from = at;
      const headers = at > 0 ? { range: `bytes=${at}-`, 'if-match': tag } : {};
      // A restore may have been at it for an hour, and has to begin anew after an error.
      const response = await this.#found(path, { method: 'GET', key, headers, patient: true });
      if (at > 0 && response.status !== 206) throw this.#stranger();
      tag = response.headers.get('etag') ?? '';
      try {
        for await (const chunk of response.body ?? []) {
          at += chunk.length;
          yield chunk;
        }
        return;
      } catch (error) {
        broken = at > from ? 1 : broken + 1;
        if (broken === 3) throw unusable(`${this.address}/${path} stopped in the middle.`, error);
        await pause(this.#bucket.firstPauseMs);
      }
    }
  }

  async has(path: string): Promise<boolean> {
    try {
      await this.#text({ method: 'HEAD', key: this.#keyOf(path) });
      return true;
    } catch (error) {
      if (isCirceError(error, 'NOT_FOUND')) return false;
      throw error;
    }
  }

  async list(path: string): Promise<string[]> {
    const prefix = this.#folderOf(path);
    const names = await Array.fromAsync(this.#listed({ prefix, delimiter: '/' }), (key) =>
      key.slice(prefix.length).replace(/\/$/, ''),
    );
    return names.filter((name) => name !== '');
  }

  async *#listed(wanted: Readonly<Record<string, string>>): AsyncGenerator<string> {
    for (let more: Record<string, string> = {}; ;) {
      const query = { 'list-type': '2', ...wanted, ...more };
      const answer = await this.#text({ method: 'GET', key: '', query });
      if (!answer.includes('<ListBucketResult')) throw this.#stranger();
      yield* valuesIn(answer, 'Key');
      const folders = [...answer.matchAll(/<CommonPrefixes>(.*?)<\/CommonPrefixes>/gs)];
      yield* folders.flatMap(([, inside = '']) => valuesIn(inside, 'Prefix'));
      const [token] = valuesIn(answer, 'NextContinuationToken');
      if (token === undefined) return;
      more = { 'continuation-token': token };
    }
  }

  async remove(path: string): Promise<void> {
    await this.#text({ method: 'DELETE', key: this.#keyOf(path) });
  }

  async removeAll(path: string): Promise<void> {
    for (const key of await Array.fromAsync(this.#listed({ prefix: this.#folderOf(path) })))
      await this.#text({ method: 'DELETE', key });
  }

  in(path: string): Store {
    return new S3Store(this.#bucket, this.#keyOf(path));
  }

  above(): { store: Store; name: string } | undefined {
    if (this.#prefix === '') return undefined;
    const segments = this.#prefix.split('/');
    const name = segments.pop() ?? '';
    return { store: new S3Store(this.#bucket, segments.join('/')), name };
  }

  #keyOf(path: string): string {
    return this.#prefix === '' ? path : `${this.#prefix}/${path}`;
  }

  #folderOf(path: string): string {
    const key = [this.#prefix, path].filter((part) => part !== '').join('/');
    return key && `${key}/`;
  }

  #text(request: Ask): Promise<string> {
    return ask(this.#bucket, request, (response) => response.text());
  }

  async #found(path: string, request: Ask): Promise<Response> {
    try {
      return await ask(this.#bucket, request, (response) => Promise.resolve(response));
    } catch (error) {
      throw isCirceError(error, 'NOT_FOUND') ? noFile(`${this.address}/${path}`) : error;
    }
  }

  #stranger() {
    return unusable(`${new URL(this.#bucket.endpoint).host} does not answer as S3 does.`);
  }
}

/** The content in parts of one size, the last one smaller or empty: no more than one is held. */
async function* partsOf(content: Content): AsyncGenerator<Bytes> {
  let part = new Uint8Array(partSize);
  let length = 0;
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length;) {
      const some = chunk.subarray(at, at + partSize - length);
      part.set(some, length);
      length += some.length;
      at += some.length;
      if (length < partSize) continue;
      yield part;
      part = new Uint8Array(partSize);
      length = 0;
    }
  }
  if (length > 0) yield part.subarray(0, length);
}

function valuesIn(xml: string, tag: string): string[] {
  return [...xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(([, text = '']) =>
    text.replace(/&(amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);/gi, (_, name: string) => character(name)),
  );
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function character(name: string): string {
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return named[name.toLowerCase()] ?? String.fromCodePoint(code);
}
