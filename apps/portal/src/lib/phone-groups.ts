// How numbers of other countries are written. The whole of the numbering plans would weigh more than all of a page.

/** How a country groups its mobile numbers, with its calling code, where it is not in threes and a four at the end. */
const own =
  '8:350,591,686 15:672 17:53,252 18:31 23:682 24:688 25:677,685 26:232,357,374,993 ' +
  '27:218,260,358,381 28:20 35:370,965 36:43,254,256,595 37:57,58,92,977 46:44,880 47:49 55:91 ' +
  '133:248,291 134:95 144:56,962 222:298,299,508,681,687 224:509 ' +
  '233:216,267,359,371,382,383,386,387,389,598,855,961 ' +
  '234:27,36,60,64,66,93,94,231,233,242,249,251,258,263,264,353,355,380,385,593,966,971,972,992 ' +
  '244:81,82 254:55 322:238,269 323:373 1244:54 ' +
  '2222:45,47,222,223,226,227,228,235,236,241,253,257,378,689,975 2224:225 2232:261 2233:856 ' +
  '2322:41,46,221,375,994,998 3222:32,34,213,224,262,265,590,594,596,995 3322:7,90 ' +
  '12222:33,212,237,377 22222:229';

const groups = new Map(
  own.split(' ').flatMap((entry) => {
    const [sizes = '', codes = ''] = entry.split(':');
    return codes.split(',').map((code) => [code, [...sizes].map(Number)] as const);
  }),
);

const callingCode = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/** `+6591234567` as Singapore writes it: `+65 9123 4567`. */
export function grouped(e164: string): string {
  const digits = e164.slice(1);
  const [code = ''] = callingCode.exec(digits) ?? [];
  const rest = digits.slice(code.length);
  const known = groups.get(code) ?? [];
  const sizes = known.reduce((sum, size) => sum + size, 0) === rest.length ? known : inThrees(rest.length);
  let at = 0;
  return [`+${code}`, ...sizes.map((size) => rest.slice(at, (at += size)))].join(' ');
}

/** Groups of three, of four at the end where that leaves nothing over. */
function inThrees(length: number): number[] {
  if (length < 6) return [length];
  const fours = length % 3;
  return [...Array<number>((length - 4 * fours) / 3).fill(3), ...Array<number>(fours).fill(4)];
}
