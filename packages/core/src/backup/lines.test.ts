import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BSON, type Document as Bson } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { FolderStore } from './folder-store.ts';
import { typedDocument } from '../typed.ts';
import { checkLines, readLines, writeLines } from './lines.ts';
import { assertKnown, readManifest, writeManifest } from './manifest.ts';
import { schemaVersions } from './schema-versions.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'circe-lines-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let made = 0;
const newFile = () => `${made++}.jsonl.gz`;
const store = () => new FolderStore(folder);

const documents: Bson[] = [
  {
    _id: new BSON.ObjectId(),
    whole: new BSON.Double(5),
    small: new BSON.Int32(5),
    large: BSON.Long.fromNumber(5),
  },
  {
    _id: 'text',
    at: new Date(-1),
    none: null,
    money: BSON.Decimal128.fromString('1.50'),
    zero: new BSON.Double(-0),
  },
  {
    _id: { a: new BSON.Int32(1) },
    bytes: new BSON.Binary(Buffer.from('x')),
    list: [[], {}, 'é\n\u2028🙂'],
    '': '',
  },
  {
    _id: new BSON.Int32(4),
    ['__proto__']: { a: 'b' },
    re: new BSON.BSONRegExp('^a', 'i'),
    ts: new BSON.Timestamp(7n),
  },
];

test('documents come back as they were, in every type, and the file says how many and which they are', async () => {
  const path = newFile();
  const written = await writeLines(store(), path, documents);
  expect(written.lines).toBe(4);
  const bytes = (document: Bson) => Buffer.from(BSON.serialize(document)).toString('hex');
  const stored = documents.map((document) => typedDocument(BSON.serialize(document)));
  expect(stored.map(bytes)).toEqual(documents.map(bytes));
  expect((await Array.fromAsync(readLines(store(), path, written))).map(bytes)).toEqual(documents.map(bytes));
  await expect(writeLines(store(), path, documents)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('a file that is not the one that was written is refused, whatever is wrong with it', async () => {
  const path = newFile();
  const written = await writeLines(store(), path, documents);
  const bytes = await readFile(join(folder, path));
  const flipped = Buffer.from(bytes);
  flipped[20]! ^= 1;
  const others = [
    bytes.subarray(0, -9),
    Buffer.alloc(0),
    Buffer.concat([bytes, Buffer.from('x')]),
    Buffer.concat([bytes, bytes]),
    flipped,
    Buffer.from('no gzip'),
    gzipSync('{"_id":'),
    gzipSync('{"_id":1}\n{"_id":2}'),
    gzipSync('{"_id":{"$oid":"x"}}\n'),
    gzipSync('7\n'),
  ];
  for (const other of others) {
    const file = newFile();
    await writeFile(join(folder, file), other);
    await expect(checkLines(store(), file, written)).rejects.toMatchObject({ code: 'VALIDATION' });
  }
  await expect(checkLines(store(), newFile(), written)).rejects.toMatchObject({ code: 'VALIDATION' });
});

test('a manifest is read as it was written, or not at all', async () => {
  const content = z.strictObject({ files: z.array(z.string()) });
  await writeManifest(store(), 'backup', { files: ['a'] });
  expect(await readManifest(store(), 'backup', content)).toEqual({ files: ['a'] });
  const text = await readFile(join(folder, 'manifest.json'), 'utf8');
  const refused = async (other: string, code: string) => {
    await writeFile(join(folder, 'manifest.json'), other);
    await expect(readManifest(store(), 'backup', content)).rejects.toMatchObject({ code });
  };
  await refused(text.replace('"a"', '"b"'), 'VALIDATION');
  await refused(text.slice(0, 20), 'VALIDATION');
  await refused('null', 'VALIDATION');
  await expect(readManifest(store(), 'tenant', content)).rejects.toMatchObject({ code: 'VALIDATION' });
  await expect(readManifest(store().in('none'), 'backup', content)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('what a newer version wrote is refused', () => {
  const { collections, migrations } = schemaVersions;
  assertKnown('a', schemaVersions, schemaVersions);
  assertKnown('a', { collections: {}, migrations: [] }, schemaVersions);
  for (const newer of [
    { collections: { ...collections, bookings: 99 }, migrations },
    { collections: { ...collections, unheardOf: 1 }, migrations },
    { collections, migrations: [...migrations, 99] },
  ])
    expect(() => assertKnown('a', newer, schemaVersions)).toThrow(
      expect.objectContaining({ code: 'UNAVAILABLE' }),
    );
});
