import { expect, test } from 'vitest';
import { aJpeg, aPng, webps } from '../testing/pictures.ts';
import { formatOf } from './format.ts';

test('a picture is told by its bytes, with its width and height', () => {
  expect(formatOf(aPng(640, 160))).toEqual({ contentType: 'image/png', width: 640, height: 160 });
  expect(formatOf(aJpeg)).toEqual({ contentType: 'image/jpeg', width: 3, height: 2 });
  for (const one of webps) expect(formatOf(one)).toEqual({ contentType: 'image/webp', width: 3, height: 2 });
});

test('a view into other bytes is read where it begins', () => {
  const around = Buffer.concat([Buffer.from('before'), aPng(2, 1), Buffer.from('behind')]);
  expect(formatOf(around.subarray(6, -6))).toMatchObject({ width: 2, height: 1 });
});

test('what ends too early is no picture, wherever it ends', () => {
  for (const whole of [aPng(3, 2), aJpeg, ...webps])
    for (let length = 0; length < whole.length; length++)
      expect(formatOf(whole.subarray(0, length)), `${length} of ${whole.length}`).toBeUndefined();
});

const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
const png = aPng(3, 2);

test.each([
  ['an SVG', svg],
  ['an SVG behind the signature of a PNG', Buffer.concat([png.subarray(0, 8), svg])],
  ['an SVG behind the header of a PNG', Buffer.concat([png.subarray(0, 33), svg])],
  ['a page behind a whole PNG', Buffer.concat([png, Buffer.from('<script>alert(1)</script>')])],
  ['a page behind a whole WebP', Buffer.concat([webps[0]!, Buffer.from('<script>')])],
  ['an SVG behind the marker of a JPEG', Buffer.concat([aJpeg.subarray(0, 20), svg])],
  ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1')],
  ['a PDF', Buffer.from('%PDF-1.7')],
  ['a page', Buffer.from('<!doctype html>')],
  ['sound in the container of a WebP', Buffer.from('RIFF\x04\x00\x00\x00WAVE', 'latin1')],
  ['zeros', Buffer.alloc(1_000)],
  ['ones', Buffer.alloc(1_000, 0xff)],
])('%s is no picture', (_, bytes) => {
  expect(formatOf(bytes)).toBeUndefined();
});
