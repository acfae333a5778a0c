import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { records } from './csv.ts';
import { decoded } from './decoded.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'circe-csv-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function* pieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const cellsOf = async (text: string, size = text.length || 1) =>
  (await Array.fromAsync(records(pieces(text, size)))).map(({ cells }) => cells);

const problem = (promise: Promise<unknown>) =>
  promise.then(() => 'fine', (error: Error) => error.message); // prettier-ignore

test.each([
  ['commas', 'a,b\n1,2\n', [['a', 'b'], ['1', '2']]],
  ['semicolons, as Excel in Indonesia writes them', 'a;b\r\n1,5;2\r\n', [['a', 'b'], ['1,5', '2']]],
  ['tabs', 'a\tb\n1\t2', [['a', 'b'], ['1', '2']]],
  ['a line that says which', 'sep=|\na,a|b\n1|2', [['a,a', 'b'], ['1', '2']]],
  ['the same in capitals', 'SEP=\t\r\na,a\tb\r\n', [['a,a', 'b']]],
  ['old ends of lines', 'a,b\r1,2\r', [['a', 'b'], ['1', '2']]],
  ['quotes around anything', '"a, ""b""","c\r\nd"\n1,2', [['a, "b"', 'c\r\nd'], ['1', '2']]],
  ['a quote inside a word', 'a,5" b\n', [['a', '5" b']]],
  ['empty lines and cells', 'a,b\n\n,\n ,2\n', [['a', 'b'], [' ', '2']]],
  ['nothing', '', []],
])('%s are read, however the text is cut', async (_, text, wanted) => {
  for (const size of [1, 2, 3, 1000]) expect(await cellsOf(text, size)).toEqual(wanted);
}); // prettier-ignore

test('whatever is written can be read', async () => {
  const bits = ['a', ' ', ',', ';', '"', '\n', '\r\n', 'é', '😀', '='];
  let seed = 7;
  const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 300; round++) {
    const rows = Array.from({ length: 1 + random(4) }, () =>
      ['x', ...Array.from({ length: 3 }, () => Array.from({ length: random(6) }, () => bits[random(bits.length)]).join(''))]); // prettier-ignore
    const text = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n');
    expect(await cellsOf(text, 1 + random(9))).toEqual(rows);
  }
});

test('a record knows the line on which it begins', async () => {
  const found = await Array.fromAsync(records(pieces('a,b\r\n"1\r\n1",2\r\n\r\n3,4', 3)));
  expect(found.map(({ line }) => line)).toEqual([1, 2, 5]);
});

test('a record that is broken or too long is refused with its line', async () => {
  expect(await problem(cellsOf('a,b\n"1,2\n3,4\n'))).toBe('line 2: A quote is left open here.');
  expect(await problem(cellsOf('a,b\n"1"x,2\n'))).toContain('line 2: A quote inside quotes');
  expect(await problem(cellsOf(`a,b\n"${'x\n'.repeat(50_000)}`, 1000))).toContain('line 2: This is too long');
  expect(await problem(cellsOf(`a\n${'x'.repeat(70_000)}\n`))).toContain('line 2: This is too long');
  expect(await problem(cellsOf(`a\n${','.repeat(300)}\n`))).toContain('too many cells');
});

test.each([
  ['UTF-8', Buffer.from('é,b')],
  ['UTF-8 with a mark', Buffer.from('\ufeffé,b')],
  ['UTF-16', Buffer.from('\ufeffé,b', 'utf16le')],
  ['UTF-16 the other way', Buffer.from('\ufeffé,b', 'utf16le').swap16()],
])('%s is told by itself', async (name, bytes) => {
  const file = join(folder, name);
  await writeFile(file, bytes);
  expect((await Array.fromAsync(decoded(file))).join('')).toBe('é,b');
});

test('another encoding is refused until it is said, and so is what is no text', async () => {
  const file = join(folder, 'other');
  const read = (encoding?: string) => problem(Array.fromAsync(decoded(file, encoding)));
  await writeFile(file, Buffer.from('Ren\xe9e', 'latin1'));
  expect(await read()).toContain('--encoding windows-1252');
  expect(await read('windows-1252')).toBe('fine');
  expect(await read('klingon')).toContain('no encoding');
  await writeFile(file, Buffer.from('PK\x03\x04...', 'latin1'));
  expect(await read()).toMatch(/workbook and no CSV.*Save As.*"CSV UTF-8/);
  await writeFile(file, '\ufeff\n <HTML xmlns:x="urn:schemas-microsoft-com:office:excel"><table>');
  expect(await read()).toContain('Save As');
  await writeFile(file, Buffer.from('a\0b'));
  expect(await read()).toContain('not text');
});
