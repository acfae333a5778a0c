import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { aJpeg, aPng, webps } from '../testing/pictures.ts';
import { formatOf } from './format.ts';
import { exifOf } from './orientation.ts';
import { stripped } from './strip.ts';

const secret = 'GPS 6.2088 S 106.8456 E';
const text = Buffer.from(secret, 'latin1');
const bytes = (content: string) => Buffer.from(content, 'latin1');

function chunk(name: string, content: Buffer, sum?: number): Buffer {
  const named = Buffer.concat([bytes(name), content]);
  const [length, end] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  end.writeUInt32BE(sum ?? crc32(named));
  return Buffer.concat([length, named, end]);
}
function segment(marker: number, content: Buffer, length = content.length + 2): Buffer {
  return Buffer.concat([Buffer.from([0xff, marker, length >> 8, length & 0xff]), content]);
}
function riffChunk(name: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(content.length);
  return Buffer.concat([bytes(name), length, content, Buffer.alloc(content.length % 2)]);
}
function webp(...chunks: Buffer[]): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(4 + Buffer.concat(chunks).length);
  return Buffer.concat([bytes('RIFF'), length, bytes('WEBP'), ...chunks]);
}
const extended = (flags: number) => riffChunk('VP8X', Buffer.from([flags, 0, 0, 0, 2, 0, 0, 1, 0, 0]));

/** EXIF as a telephone writes it: a direction, a place, and a small picture of before it was cut. */
const ofTelephone = (orientation: 1 | 6) => Buffer.concat([exifOf(orientation), text]);
const littleEndian = Buffer.concat([
  Buffer.from('49492a00080000000100120103000100000006000000000000000000', 'hex').subarray(0, 26),
  text,
]);
const marked = (exif: Buffer) => Buffer.concat([bytes('Exif\0\0'), exif]);

/** Pieces of a JPEG: up to the first segment behind its header, and the rest. */
const [start, rest] = [aJpeg.subarray(0, 20), aJpeg.subarray(20)];
const jpegWith = (...segments: Buffer[]) => Buffer.concat([start, ...segments, rest]);
/** Pieces of a PNG: up to the end of its header, and the rest. */
const png = aPng(3, 2);
const pngWith = (...chunks: Buffer[]) => Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
const [lossy, lossless] = [webps[0]!.subarray(12), webps[1]!.subarray(12)];

const profile = bytes('ICC_PROFILE\0\x01\x01profile');
const adobe = Buffer.from('41646f626500640000000001', 'hex');
const frame = Buffer.concat([Buffer.alloc(16), lossless]);
const strip = (picture: Buffer) => stripped(picture, formatOf(picture)!.contentType);

test.each<[string, Buffer, Buffer]>([
  ['a JPEG with all that cameras and programs write', jpegWith(
    segment(0xe1, marked(ofTelephone(1))),
    segment(0xe1, bytes(`http://ns.adobe.com/xap/1.0/\0<x>${secret}`)),
    segment(0xe2, profile),
    segment(0xe2, bytes(`MPF\0${secret}`)),
    segment(0xed, bytes(`Photoshop 3.0\0${secret}`)),
    segment(0xee, Buffer.concat([adobe, text])),
    segment(0xe0, bytes(`JFXX\0${secret}`)),
    segment(0xfe, text),
  ), jpegWith(segment(0xe2, profile), segment(0xee, adobe))],
  ['a JPEG with a film behind its end', Buffer.concat([aJpeg, bytes('ftypmp42'), text]), aJpeg],
  ['a JPEG with a comment between its scans', Buffer.concat([aJpeg.subarray(0, -2), segment(0xfe, text), aJpeg.subarray(-2)]), aJpeg],
  ['a JPEG with a preview in its header', Buffer.concat([
    aJpeg.subarray(0, 2), segment(0xe0, Buffer.concat([aJpeg.subarray(6, 18), Buffer.from([3, 3]), text, Buffer.alloc(4)])), rest,
  ]), aJpeg],
  ['a turned JPEG', jpegWith(segment(0xe1, marked(ofTelephone(6)))), jpegWith(segment(0xe1, marked(exifOf(6))))],
  ['a turned JPEG of the other byte order', jpegWith(segment(0xe1, marked(littleEndian))), jpegWith(segment(0xe1, marked(exifOf(6))))],
  ['a PNG with text and a time', pngWith(
    chunk('tEXt', text), chunk('iTXt', text), chunk('zTXt', text), chunk('eXIf', ofTelephone(1)), chunk('tIME', text),
    chunk('gAMA', bytes('\0\0\xb1\x8f')), chunk('prVt', text, 7), chunk('acTL', Buffer.alloc(8)), chunk('tRNS', Buffer.alloc(2)),
  ), pngWith(chunk('gAMA', bytes('\0\0\xb1\x8f')), chunk('acTL', Buffer.alloc(8)), chunk('tRNS', Buffer.alloc(2)))],
  ['a turned PNG', pngWith(chunk('eXIf', ofTelephone(6))), pngWith(chunk('eXIf', exifOf(6)))],
  ['a plain WebP with something behind', webp(lossy, riffChunk('EXIF', text)), webp(lossy)],
  ['a WebP with EXIF and XMP', webp(extended(0x2c), riffChunk('ICCP', bytes('p')), lossy, riffChunk('EXIF', ofTelephone(1)), riffChunk('XMP ', text), riffChunk('what', text)),
    webp(extended(0x20), riffChunk('ICCP', bytes('p')), lossy)],
  ['a turned WebP', webp(extended(0x08), lossy, riffChunk('EXIF', marked(ofTelephone(6)))), webp(extended(0x08), lossy, riffChunk('EXIF', exifOf(6)))],
  ['a WebP that moves', webp(extended(0x02), riffChunk('ANIM', Buffer.alloc(6)), riffChunk('ANMF', Buffer.concat([frame, riffChunk('XMP ', text)]))),
    webp(extended(0x02), riffChunk('ANIM', Buffer.alloc(6)), riffChunk('ANMF', frame))],
])('%s keeps what it is shown by, and nothing else', (_, given, left) => {
  const plain = strip(given)!;
  expect(Buffer.from(plain).equals(left)).toBe(true);
  expect(Buffer.from(plain).includes('GPS')).toBe(false);
  expect(formatOf(plain)).toEqual(formatOf(given));
  expect(Buffer.from(strip(Buffer.from(plain))!).equals(left)).toBe(true);
}); // prettier-ignore

test('a picture that lies on its side is as wide as it is shown', () => {
  expect(formatOf(jpegWith(segment(0xe1, marked(ofTelephone(6)))))).toMatchObject({ width: 2, height: 3 });
});

test('what ends too early, or says a length that is not so, is none, and ends at once', () => {
  for (const whole of [aJpeg, png, ...webps.slice(0, 2)]) {
    const { contentType } = formatOf(whole)!;
    for (let length = 12; length < whole.length; length++)
      expect(
        stripped(whole.subarray(0, length), contentType),
        `${length} of ${whole.length}`,
      ).toBeUndefined();
  }
});

test.each<[string, 'image/png' | 'image/jpeg' | 'image/webp', Buffer]>([
  ['a segment that says more than there is', 'image/jpeg', jpegWith(segment(0xfe, text, 0xffff))],
  ['a segment that is shorter than its length', 'image/jpeg', jpegWith(segment(0xfe, text, 1))],
  ['a marker that is none', 'image/jpeg', jpegWith(segment(0x02, text))],
  ['a scan before its frame', 'image/jpeg', Buffer.concat([start, segment(0xda, text), Buffer.from([0xff, 0xd9])])],
  ['no scan', 'image/jpeg', Buffer.concat([start, Buffer.from([0xff, 0xd9])])],
  ['a chunk that says more than there is', 'image/png', pngWith(Buffer.from([0xff, 0xff, 0xff, 0xff]))],
  ['a wrong sum of what stays', 'image/png', pngWith(chunk('gAMA', text, 1))],
  ['a critical chunk of somebody’s own', 'image/png', pngWith(chunk('CgBI', text))],
  ['no pixels', 'image/png', Buffer.concat([png.subarray(0, 33), chunk('IEND', Buffer.alloc(0))])],
  ['a header without pixels', 'image/webp', webps[2]!],
  ['a header of another size', 'image/webp', webp(riffChunk('VP8X', Buffer.alloc(4)), lossy)],
  ['a frame without its header', 'image/webp', webp(extended(2), riffChunk('ANMF', Buffer.alloc(4)))],
  ['a frame whose chunk says more than there is', 'image/webp', webp(extended(2), riffChunk('ANMF', Buffer.concat([Buffer.alloc(16), bytes('VP8 '), Buffer.alloc(4, 0xff)])))],
])('%s is refused', (_, contentType, given) => {
  expect(stripped(given, contentType)).toBeUndefined();
}); // prettier-ignore

test('EXIF that is broken says no direction', () => {
  const whole = ofTelephone(6);
  for (const broken of [
    Buffer.alloc(0),
    bytes('MM\0*'),
    bytes('XX\0*\0\0\0\x08'),
    bytes('MM\0*\xff\xff\xff\xff'),
    whole.subarray(0, 15),
    Buffer.concat([whole.subarray(0, 18), Buffer.from([0, 9])]),
    Buffer.concat([whole.subarray(0, 8), Buffer.from([0xff, 0xff])]),
  ])
    expect(Buffer.from(strip(jpegWith(segment(0xe1, marked(broken))))!).equals(aJpeg)).toBe(true);
});

test('half a megabyte of nothing but segments, or of bytes that could begin one, is read once', () => {
  const comments = Buffer.alloc(480_000, segment(0xfe, Buffer.alloc(0)));
  expect(Buffer.from(strip(jpegWith(comments))!).equals(aJpeg)).toBe(true);
  expect(strip(jpegWith(Buffer.alloc(500_000, 0xff)))).toBeDefined();
  const texts = Buffer.alloc(480_000, chunk('tEXt', Buffer.alloc(0), 0));
  expect(Buffer.from(strip(pngWith(texts))!).equals(png)).toBe(true);
});
