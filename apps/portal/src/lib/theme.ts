/**
 * A clinic's two colours, made fit to be read. They never reach a page as they were typed in: each becomes a
 * small scale, computed in OKLCH, that keeps the hue, as much of the lightness as contrast allows, and WCAG AA
 * against every surface it may lie on, in light and in dark.
 */
import { contrast, parseHex, toHex, toOklch, type Oklch } from './colour.ts';

export type Scheme = 'light' | 'dark';

/** The neutral surfaces of `app.css`, repeated here because contrast is computed against them; a test compares. */
export const surfaces = {
  light: { paper: '#f8f6f2', surface: '#fffefc', sunken: '#f1eee8' },
  dark: { paper: '#15120f', surface: '#1e1b17', sunken: '#110f0c' },
} as const satisfies Record<Scheme, Record<string, string>>;

/** Paper Circe's own colours, for pages that belong to no clinic and for clinics that chose none. */
export const defaultColours = { primary: '#7a2e4d', secondary: '#2c6e68' } as const;

const inks = { light: '#ffffff', dark: '#17120f' } as const;
/** How much further a colour may move in lightness for white words than for dark ones. */
const lightnessForWhite = 0.09;
const AA = { text: 4.5, shape: 3 } as const;

/** What a page may use of one colour. */
export interface Scale {
  /** Fill of the main button, of a selected day. */
  solid: string;
  /** The same under the pointer. */
  'solid-hover': string;
  /** Text and icons on either fill. */
  'on-solid': string;
  /** Coloured text and links on any surface and on the tint. */
  text: string;
  /** A quiet wash behind a selected row or an avatar. */
  tint: string;
  /** The edge of a tinted area; decoration only. */
  edge: string;
  /** Focus ring and chosen border: told apart from every surface. */
  ring: string;
}

const againstAll = (colour: string, grounds: readonly string[]) =>
  Math.min(...grounds.map((ground) => contrast(colour, ground)));

/** The colour nearest in lightness to `wanted` that `fits`; hostile colours end at black or white. */
function nearest(wanted: Oklch, fits: (hex: string) => boolean): string {
  for (let distance = 0; distance <= 1; distance += 0.005) {
    for (const l of [wanted.l - distance, wanted.l + distance]) {
      if (l < 0 || l > 1) continue;
      const hex = toHex({ ...wanted, l });
      if (fits(hex)) return hex;
    }
  }
  throw new RangeError(`No lightness of ${toHex(wanted)} keeps the contrast asked for`);
}

function scaleOf(hex: string, scheme: Scheme): Scale {
  const colour = toOklch(parseHex(hex) ? hex : defaultColours.primary);
  const grounds = Object.values(surfaces[scheme]);
  const fillFor = (words: string) => {
    const fits = (fill: string) => againstAll(fill, grounds) >= AA.shape && contrast(fill, words) >= AA.text;
    const fill = nearest(colour, fits);
    return { words, fill, moved: Math.abs(toOklch(fill).l - colour.l) };
  };
  // White words on a colour look as people expect it of a button; they may cost the colour a little lightness.
  const [white, dark] = [fillFor(inks.light), fillFor(inks.dark)];
  const { fill: solid, words: ink } = white.moved <= dark.moved + lightnessForWhite ? white : dark;
  const at = toOklch(solid);
  // Under the pointer the fill moves away from its text, so that the words only gain.
  // A fill that is black or white already has no room left and comes back a little.
  const away = at.l + (ink === inks.light ? -0.045 : 0.045);
  const room = away < 0.05 ? at.l + 0.18 : away > 1 ? at.l - 0.1 : away;
  const hover = nearest({ ...at, l: room }, (fill) => contrast(fill, ink) >= AA.text);

  const [tintLightness, edgeLightness] = scheme === 'light' ? [0.955, 0.86] : [0.285, 0.4];
  const tint = toHex({
    ...colour,
    l: tintLightness,
    c: Math.min(colour.c * 0.35, scheme === 'light' ? 0.028 : 0.05),
  });
  const edge = toHex({ ...colour, l: edgeLightness, c: Math.min(colour.c * 0.6, 0.07) });

  return {
    solid,
    'solid-hover': hover,
    'on-solid': ink,
    text: nearest(colour, (text) => againstAll(text, [...grounds, tint]) >= AA.text),
    tint,
    edge,
    ring: nearest(colour, (ring) => againstAll(ring, [...grounds, tint]) >= AA.shape),
  };
}

export interface Colours {
  primary: string;
  secondary: string;
}

/** Custom properties by scheme: `--brand-*` from the primary colour, `--accent-*` from the secondary one. */
export function theme({ primary, secondary }: Colours): Record<Scheme, Record<string, string>> {
  const properties = (scheme: Scheme) =>
    Object.fromEntries(
      (
        [
          ['brand', scaleOf(primary, scheme)],
          ['accent', scaleOf(secondary, scheme)],
        ] as const
      ).flatMap(([name, scale]) =>
        Object.entries(scale).map(([part, value]) => [`--${name}-${part}`, value] as const),
      ),
    );
  return { light: properties('light'), dark: properties('dark') };
}

/** The same as a stylesheet. */
export function themeCss(colours: Colours): string {
  const { light, dark } = theme(colours);
  const block = (properties: Record<string, string>) =>
    // Twice :root, so that it counts over the product's own colours whichever stylesheet comes last.
    `:root:root{${Object.entries(properties)
      .map(([name, value]) => `${name}:${value}`)
      .join(';')}}`;
  return `${block(light)}\n@media (prefers-color-scheme:dark){${block(dark)}}\n`;
}

/**
 * Where that stylesheet lies. The address says everything about its content, so it is kept for ever, needs no
 * inline style, and following it needs no script. Colours that are not colours fall back to the product's own.
 */
export function themeHref(colours: { primary?: string | undefined; secondary?: string | undefined }): string {
  const digits = (colour: string | undefined, fallback: string) =>
    (colour && parseHex(colour) ? colour.trim() : fallback).slice(1).toLowerCase();
  return `/theme/${digits(colours.primary, defaultColours.primary)}-${digits(colours.secondary, defaultColours.secondary)}`;
}
