import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contrast, toHex, toOklch } from './colour.ts';
import { defaultColours, surfaces, theme, themeCss, themeHref, type Scheme } from './theme.ts';

const hostile = [
  '#ffff00',
  '#000000',
  '#ffffff',
  '#00ff00',
  '#0000ff',
  '#808080',
  '#ff00ff',
  '#fffefc',
  '#1e1b17',
];
const schemes: Scheme[] = ['light', 'dark'];

describe.each([...hostile, ...Object.values(defaultColours)])('the clinic colour %s', (colour) => {
  test.each(schemes)('stays readable on every surface in the %s scheme', (scheme) => {
    const properties = theme({ primary: colour, secondary: colour })[scheme];
    for (const name of ['brand', 'accent']) {
      const of = (part: string) => properties[`--${name}-${part}`] ?? '';
      expect(contrast(of('solid'), of('on-solid'))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(of('solid-hover'), of('on-solid'))).toBeGreaterThanOrEqual(4.5);
      for (const ground of [...Object.values(surfaces[scheme]), of('tint')]) {
        expect(contrast(of('text'), ground)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(of('ring'), ground)).toBeGreaterThanOrEqual(3);
      }
      for (const ground of Object.values(surfaces[scheme]))
        expect(contrast(of('solid'), ground)).toBeGreaterThanOrEqual(3);
    }
  });
});

test('any colour whatever finds a readable scale', () => {
  for (let value = 0; value <= 0xffffff; value += 0x3f1d7) {
    const hex = `#${value.toString(16).padStart(6, '0')}`;
    expect(() => theme({ primary: hex, secondary: hex })).not.toThrow();
  }
});

test('a colour that is readable already enters as it is', () => {
  const { light } = theme({ primary: '#7a2e4d', secondary: '#2c6e68' });
  expect(light['--brand-solid']).toBe('#7a2e4d');
});

test('a colour survives the way to OKLCH and back', () => {
  for (const hex of [...hostile, '#7a2e4d', '#2c6e68', '#d4a373']) expect(toHex(toOklch(hex))).toBe(hex);
});

test('the surfaces that contrast is computed against are those of the stylesheet', () => {
  const css = readFileSync(new URL('../app.css', import.meta.url), 'utf8');
  const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)');
  for (const [part, scheme] of [
    [light, 'light'],
    [dark, 'dark'],
  ] as const)
    for (const [name, value] of Object.entries(surfaces[scheme]))
      expect(part).toContain(`--${name}: ${value};`);
});

test("the stylesheet's first values are those of the product's own colours", () => {
  const css = readFileSync(new URL('../app.css', import.meta.url), 'utf8');
  const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)');
  const own = theme(defaultColours);
  for (const [name, value] of Object.entries(own.light)) expect(light).toContain(`${name}: ${value};`);
  for (const [name, value] of Object.entries(own.dark)) expect(dark).toContain(`${name}: ${value};`);
});

test('a value that is no colour never reaches the stylesheet or its address', () => {
  expect(themeHref({ primary: 'red;}body{display:none', secondary: '#ABC' })).toBe('/theme/7a2e4d-abc');
  expect(themeCss({ primary: '};x{', secondary: '' })).not.toContain('x{');
});

test('every status and every text colour of the stylesheet reads on every surface', () => {
  const css = readFileSync(new URL('../app.css', import.meta.url), 'utf8');
  const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)');
  const value = (part: string, name: string) =>
    new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(part)?.[1] ?? '';
  for (const [part, scheme] of [
    [light, 'light'],
    [dark, 'dark'],
  ] as const) {
    const grounds = Object.values(surfaces[scheme]);
    for (const name of ['ink', 'muted', 'faint'])
      for (const ground of grounds) expect(contrast(value(part, name), ground)).toBeGreaterThanOrEqual(4.5);
    for (const ground of grounds)
      expect(contrast(value(part, 'line-strong'), ground)).toBeGreaterThanOrEqual(3);
    for (const name of ['pending', 'confirmed', 'completed', 'cancelled', 'no-show', 'walk-in'])
      for (const ground of [...grounds, value(part, `${name}-tint`)])
        expect(contrast(value(part, `${name}-text`), ground)).toBeGreaterThanOrEqual(4.5);
  }
});
