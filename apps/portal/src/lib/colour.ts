/**
 * Colour arithmetic: sRGB hex to OKLCH and back, and WCAG contrast. Pure.
 * The matrices are Björn Ottosson's (https://bottosson.github.io/posts/oklab/), the contrast is WCAG 2.2's.
 */

export interface Oklch {
  /** Lightness, 0 to 1. */
  l: number;
  /** Chroma, 0 to about 0.37 within sRGB. */
  c: number;
  /** Hue in degrees; meaningless when there is no chroma. */
  h: number;
}

type Triple = readonly [number, number, number];

const linear = (channel: number) =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
const encoded = (value: number) => (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055);

/** The three channels of `#rgb` or `#rrggbb`, 0 to 1; undefined for anything else. */
export function parseHex(hex: string): Triple | undefined {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(hex.trim())?.[1];
  if (!digits) return undefined;
  const wide = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits;
  const at = (index: number) => Number.parseInt(wide.slice(index * 2, index * 2 + 2), 16) / 255;
  return [at(0), at(1), at(2)];
}

function channels(hex: string): Triple {
  const parsed = parseHex(hex);
  if (!parsed) throw new RangeError(`Not a colour: ${hex}`);
  return parsed;
}

export function toOklch(hex: string): Oklch {
  const [r, g, b] = channels(hex).map(linear) as unknown as Triple;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const lightness = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  const c = Math.hypot(a, bb);
  return { l: lightness, c, h: c < 1e-4 ? 0 : ((Math.atan2(bb, a) * 180) / Math.PI + 360) % 360 };
}

function toLinear({ l: lightness, c, h }: Oklch): Triple {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const displayable = (rgb: Triple) => rgb.every((channel) => channel >= -1e-4 && channel <= 1 + 1e-4);

/** The nearest sRGB colour of the same lightness and hue: chroma gives way. */
export function toHex(colour: Oklch): string {
  const l = Math.min(1, Math.max(0, colour.l));
  let [low, high] = [0, colour.c];
  if (!displayable(toLinear({ ...colour, l }))) {
    for (let step = 0; step < 20; step += 1) {
      const middle = (low + high) / 2;
      if (displayable(toLinear({ ...colour, l, c: middle }))) low = middle;
      else high = middle;
    }
    high = low;
  }
  const byte = (value: number) =>
    Math.round(encoded(Math.min(1, Math.max(0, value))) * 255)
      .toString(16)
      .padStart(2, '0');
  return `#${toLinear({ l, c: high, h: colour.h }).map(byte).join('')}`;
}

function luminance(hex: string): number {
  const [r, g, b] = channels(hex).map(linear) as unknown as Triple;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG contrast ratio, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
