import { expect, test } from 'vitest';
import { isLightInk } from './ink.ts';

const pixels = (...colours: readonly (readonly [number, number, number, number])[]) =>
  Uint8ClampedArray.from(colours.flat());
const nothing = [0, 0, 0, 0] as const;

test('light ink on nothing is told from dark ink, from a picture with its own ground, and from none', () => {
  expect(isLightInk(pixels([255, 255, 255, 255], nothing))).toBe(true);
  expect(isLightInk(pixels([250, 240, 200, 255], nothing, nothing))).toBe(true);
  expect(isLightInk(pixels([0, 0, 0, 255], nothing))).toBe(false);
  expect(isLightInk(pixels([124, 58, 237, 255], nothing))).toBe(false);
  expect(isLightInk(pixels([255, 255, 255, 255], [0, 0, 0, 255], nothing))).toBe(false);
  expect(isLightInk(pixels([255, 255, 255, 255], [255, 255, 255, 255]))).toBe(false);
  expect(isLightInk(pixels(nothing, nothing))).toBe(false);
});
