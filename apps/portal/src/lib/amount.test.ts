import { expect, test } from 'vitest';
import { amountIn, wholeIn } from './amount.ts';
import { formatAmount } from './format.ts';

test('an amount is read however it is written', () => {
  for (const text of [
    '1.250.000',
    '1,250,000',
    'Rp 1250000',
    'Rp. 1.250.000',
    '1.250.000,00',
    ' 1250000 ',
    'IDR 1 250 000',
  ])
    expect(amountIn(text, 'IDR'), text).toBe(1_250_000);
  // A digit too many or too few behind a point is a slip of the finger, and ten times the money.
  for (const text of ['lima', '-5', '', '250.0000', '25.00.000', '12,5', '12,50', '1250.000'])
    expect(amountIn(text, 'IDR'), text).toBeNaN();
});

test('rupiah are read as people say them for short', () => {
  for (const text of [
    '250rb',
    '250 rb',
    '250 ribu',
    '250RB',
    'Rp250k',
    '250K',
    '0,25jt',
    '250.000,-',
    'Rp 250.000.-',
  ])
    expect(amountIn(text, 'IDR'), text).toBe(250_000);
  for (const text of ['1,5jt', '1.5 jt', '1,50 juta', '1500rb', '1500 k'])
    expect(amountIn(text, 'IDR'), text).toBe(1_500_000);
  // Behind three places it could be a thousand times as much; without figures, or with what is nothing, it is none.
  for (const text of ['1.250rb', '1,250 jt', 'rb', '2,5', '250r', '250 m', '1jt500', '-5rb', '250-'])
    expect(amountIn(text, 'IDR'), text).toBeNaN();
  for (const text of ['250k', '250rb', '1,5jt']) expect(amountIn(text, 'SGD'), text).toBeNaN();
});

test('an amount with decimals is read in cents', () => {
  for (const text of ['1250.5', '1.250,50', '1,250.50', '$1250,50', 'S$ 1.250,5', 'SGD 1 250.50'])
    expect(amountIn(text, 'SGD'), text).toBe(125_050);
  for (const text of ['1.250', '1,250', '1250', '1250.00']) expect(amountIn(text, 'USD'), text).toBe(125_000);
  for (const text of ['12.5.', '.5', '1250.000', '12.5050', '-5', '12.50.00', 'US'])
    expect(amountIn(text, 'USD'), text).toBeNaN();
  // Of three decimals a group of three could be one.
  expect(amountIn('1.250', 'KWD')).toBe(1250);
  expect(amountIn('1250', 'KWD')).toBe(1_250_000);
  expect(amountIn('1,250.000', 'KWD')).toBeNaN();
});

test('what is written as an amount is read as the same', () => {
  for (const currency of ['IDR', 'JPY', 'USD', 'SGD', 'MYR', 'KWD'])
    for (const amount of [0, 5, 99, 1250, 125_050, 1_250_000, 99_999_999_999])
      expect(amountIn(formatAmount(amount, currency), currency), `${amount} ${currency}`).toBe(amount);
});

test('a limit is read with groups and without', () => {
  for (const text of ['20000', '20.000', '20,000', '20 000']) expect(wholeIn(text), text).toBe(20_000);
  for (const text of ['', '2.5', '-1', '20.00', 'many', '1e3', '20.000,00'])
    expect(wholeIn(text), text).toBeNaN();
});
