const table = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  table[byte] = value >>> 0;
}

/** The checksum of OP_MSG (Castagnoli). */
export function crc32c(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = ((table[(sum ^ byte) & 0xff] as number) ^ (sum >>> 8)) >>> 0;
  return (sum ^ 0xffffffff) >>> 0;
}
