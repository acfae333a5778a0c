// Pictures as files.
import { crc32, deflateSync } from 'node:zlib';

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/**
 * A picture of one grey.
 * @param more so many bytes beside it, 12 at least, of a comment
 */
export function aPng(width: number, height: number, { grey = 128, more = 0 } = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits of grey.
  header[8] = 8;
  const line = Buffer.concat([Buffer.alloc(1), Buffer.alloc(width, grey)]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(more > 0 ? [chunk('tEXt', Buffer.alloc(more - 12, 'x'))] : []),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Three pixels by two, as a browser made it. */
export const aJpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////' +
    '////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////////' +
    '////////wAARCAACAAMDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAH/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEB' +
    'AAAAAAAAAAAAAAAAAAAAAP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AKAD/9k=',
  'base64',
);

/** Three pixels by two in each form of WebP: lossy, lossless, and with what else it can hold. */
export const webps = [
  webp('VP8 ', Buffer.from('MAEAnQEqAwACAAdAliWkAANwAPtAAAAA', 'base64')),
  webp('VP8L', Buffer.from('2f024000000750c44216b1ff8188e87f0000', 'hex')),
  webp('VP8X', Buffer.from('20000000020000010000', 'hex')),
];

function webp(name: string, data: Buffer): Buffer {
  const file = Buffer.alloc(20);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(12 + data.length, 4);
  file.write(`WEBP${name}`, 8, 'latin1');
  file.writeUInt32LE(data.length, 16);
  return Buffer.concat([file, data]);
}
