// Whether somebody who tries what people choose would soon have tried a password. The lists that circulate hold few
// passwords of ten characters that are not made of such pieces: https://pages.nist.gov/800-63-4/sp800-63b.html asks
// for the comparison, and for the words of the place itself.

/** Words that people make passwords of, in Indonesia and elsewhere. */
const words = [
  'password', 'passw', 'passwd', 'katasandi', 'sandi', 'rahasia', 'secret', 'login', 'masuk', 'welcome', 'selamat', 'datang', 'admin',
  'administrator', 'staff', 'user', 'test', 'guest', 'tamu', 'default', 'changeme', 'letmein', 'open', 'hello', 'halo',
  'iloveyou', 'love', 'cinta', 'sayang', 'sayangku', 'cintaku', 'aku', 'kamu', 'kita', 'bismillah', 'alhamdulillah',
  'assalamualaikum', 'insyaallah', 'allah', 'jesus', 'indonesia', 'jakarta', 'bandung', 'surabaya', 'bali', 'merdeka',
  'garuda', 'persib', 'persija', 'klinik', 'clinic', 'beauty', 'cantik', 'kecantikan', 'skincare', 'facial', 'dokter',
  'doctor', 'papercirce', 'circe', 'paper', 'monkey', 'dragon', 'football', 'baseball', 'sunshine', 'princess',
  'superman', 'batman', 'naruto', 'pokemon', 'master', 'shadow', 'michael', 'jordan', 'liverpool', 'chelsea', 'arsenal',
  'manchester', 'barcelona', 'internet', 'computer', 'komputer', 'google', 'facebook', 'whatsapp', 'instagram', 'samsung',
  'anjing', 'kucing', 'ganteng', 'keren', 'doraemon', 'january', 'januari', 'december', 'desember', 'qwe', 'asd', 'zxc',
]; // prettier-ignore

/** What fingers and counting make without thinking. */
const rows = [
  '01234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  'q1w2e3r4t5y6u7i8o9p0', '1q2w3e4r5t6y7u8i9o0p',
].flatMap((row) => [row, [...row].reverse().join('')]); // prettier-ignore

const lookalikes: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i' }; // prettier-ignore

/** As many letters and digits beside the pieces make a password of somebody's own. */
const ownCharacters = 5;

/**
 * Whether a password is made of common words, runs of keys and years, and little else.
 * @param own words that are known of whoever chooses it: names, the address, the clinic
 */
export function isGuessable(password: string, own: readonly string[] = []): boolean {
  const plain = password.normalize('NFKC').toLowerCase();
  if (/^(.{1,6})\1+$/u.test(plain)) return true;
  const pieces = [...words, ...own.flatMap(wordsOf)].toSorted((a, b) => b.length - a.length);
  const left = without(withoutRuns(plain.replaceAll(/(?:19|20)\d\d/g, ' ')), pieces);
  const meant = left.replaceAll(/[013457@$!]/g, (character) => lookalikes[character] ?? character);
  return [left, without(meant, pieces)].some(
    (rest) => (rest.match(/[\p{L}\p{N}]/gu) ?? []).length < ownCharacters,
  );
}

function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase();
  const parts = plain.split(/[^\p{L}\p{N}]+/u);
  return [...parts, parts.join('')].filter((part) => part.length >= 3);
}

function without(text: string, pieces: readonly string[]): string {
  return pieces.reduce((rest, piece) => rest.replaceAll(piece, ' '), text);
}

/** Without three and more characters that follow each other on a row, or that are the same. */
function withoutRuns(text: string): string {
  let rest = '';
  for (let at = 0; at < text.length;) {
    const length = runAt(text, at);
    rest += length < 3 ? text[at] : ' ';
    at += length < 3 ? 1 : length;
  }
  return rest;
}

function runAt(text: string, from: number): number {
  const same = /^(.)\1*/su.exec(text.slice(from))?.[0].length ?? 0;
  const onRows = rows.map((row) => {
    const start = row.indexOf(text[from] ?? '');
    let length = 0;
    while (start >= 0 && from + length < text.length && row[start + length] === text[from + length]) length++;
    return length;
  });
  return Math.max(same, ...onRows);
}
