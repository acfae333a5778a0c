// A search may begin anywhere in a name, and an index is read from the beginning of its keys. So every beginning
// that is searched for is stored as a key of its own. See docs/decisions/patient-search.md.
import { searchWords } from '../text.ts';

/** The most letters of a key that are stored; what is found by them is compared with the whole. */
const longest = 40;

/** Inside a word fewer letters than these tell nobody apart. */
export const leastInside = 2;

/** What a key is the beginning of: the name, the name from a later word on, the inside of a word, the phone from its end. */
export const keyKinds = { name: '=', word: ' ', inside: '', phoneEnd: '#' } as const;

/** The beginning of a key, or a whole one, as it is stored. */
export function searchKey(kind: keyof typeof keyKinds, text: string): string {
  return keyKinds[kind] + text.slice(0, longest);
}

/** The last digits of a phone in the order of its keys. */
export function fromItsEnd(digits: string): string {
  let turned = '';
  for (let at = digits.length - 1; at >= 0; at--) turned += digits[at];
  return turned;
}

/** What is stored to find a patient by. The name begins with each of its words in turn: `lestari ayu` finds Ayu Lestari. */
export function searchKeysOf({ name, phone }: { readonly name: string; readonly phone: string }): string[] {
  const words = searchWords(name);
  const keys = new Set<string>();
  for (let first = 0; first < words.length; first++) {
    const turned = [...words.slice(first), ...words.slice(0, first)].join(' ');
    keys.add(searchKey(first === 0 ? 'name' : 'word', turned));
  }
  for (const word of words) {
    // A letter outside of the basic plane is two units, and no key begins with half of it.
    const letters = [...word].length;
    for (let at = 1, unit = 0; at <= letters - leastInside; at++) {
      unit += word.codePointAt(unit)! > 0xffff ? 2 : 1;
      keys.add(searchKey('inside', word.slice(unit)));
    }
  }
  keys.add(searchKey('phoneEnd', fromItsEnd(phone.replace(/\D/g, ''))));
  return [...keys];
}
