import { expect, test } from 'vitest';
import { isGuessable } from './guessable.ts';

test.each([
  '1234567890', '0987654321', 'qwertyuiop', '1q2w3e4r5t', 'aaaaaaaaaa', 'abcabcabcabc', 'Password123', 'P@ssw0rd2026!',
  'indonesia1945', 'Bismillah786', 'sayangku123', 'rahasia-2026', 'Klinik12345', 'adminadmin1', 'iloveyou2025',
  'qwerty12345', 'Welcome@123', 'JAKARTA 2026', 'Adm1n12345678',
])('%s is among the first that anybody tries', (password) => {
  expect(isGuessable(password)).toBe(true);
}); // prettier-ignore

test.each(['correct horse battery', 'melati-kamboja-7', 'a long enough password', 'zk8#Qp2!vL0s', 'kopi tubruk hangat', 'パスワードは長いほど良い'])(
  '%s is not',
  (password) => {
    expect(isGuessable(password)).toBe(false);
  },
); // prettier-ignore

test('what everybody knows of somebody is no password of his', () => {
  expect(isGuessable('Rani-Wulandari-26')).toBe(false);
  expect(isGuessable('Rani-Wulandari-26', ['Rani Wulandari'])).toBe(true);
  expect(isGuessable('melatispa2026', ['Klinik Melati Spa'])).toBe(true);
  expect(isGuessable('correct horse battery', ['', 'a', 'Klinik Melati'])).toBe(false);
});
