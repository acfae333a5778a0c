import { createReadStream } from 'node:fs';
import { UsageError } from '../usage.ts';
import { refusal } from './refusal.ts';

const marks = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

/** How the files of spreadsheets begin: a zip, or what came before it. */
const workbooks = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
];

/** A web page that programs give the name of a workbook. */
const markup = /^(\xef\xbb\xbf)?\s*<(!|\?xml|html|table)/i;

/**
 * The text of a file, piece by piece: in UTF-8, in what its byte order mark says, or in a named encoding.
 * @throws VALIDATION when it is a workbook, or not in that encoding; UsageError when the encoding is none
 */
export async function* decoded(file: string, named?: string): AsyncGenerator<string, void> {
  let decoder: TextDecoder | undefined;
  for await (const chunk of createReadStream(file, { highWaterMark: 64 * 1024 }) as AsyncIterable<Buffer>) {
    decoder ??= decoderOf(chunk, named);
    yield text(decoder, chunk);
  }
  if (decoder) yield text(decoder);
}

function decoderOf(head: Buffer, named: string | undefined): TextDecoder {
  const begins = (bytes: readonly number[]) => bytes.every((byte, at) => head[at] === byte);
  if (workbooks.some(begins) || markup.test(head.toString('latin1', 0, 100))) {
    throw refusal('file', 'This is a workbook and no CSV: open it, choose File, Save As and the type "CSV UTF-8 (Comma delimited)", and import that file.'); // prettier-ignore
  }
  const encoding = named ?? marks.find(({ bytes }) => begins(bytes))?.encoding ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new UsageError(`There is no encoding "${encoding}".`);
  }
}

function text(decoder: TextDecoder, chunk?: Buffer): string {
  try {
    const piece = decoder.decode(chunk, { stream: chunk !== undefined });
    if (!piece.includes('\0')) return piece;
  } catch {
    const hint = 'Save it as "CSV UTF-8", or say what it is: --encoding windows-1252';
    throw refusal('file', `This is not ${decoder.encoding}. ${hint}`);
  }
  throw refusal('file', 'This is not text. Save it as "CSV UTF-8", or say what it is: --encoding utf-16le');
}
