// A picture that was uploaded for whatever paper it was drawn on: whether it is light ink on nothing, which white hides.
import type { Attachment } from 'svelte/attachments';

/** Pixels of either side that a picture is looked at with. */
const side = 24;

/** Of its pixels, four numbers each: light ones, and around them nothing. */
export function isLightInk(pixels: Uint8ClampedArray): boolean {
  let [ink, light] = [0, 0];
  for (let at = 0; at < pixels.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at, at + 4);
    ink += alpha;
    light += (alpha * (0.2126 * red + 0.7152 * green + 0.0722 * blue)) / 255;
  }
  const whole = (pixels.length / 4) * 255;
  return ink > 0 && ink < 0.95 * whole && light > 0.8 * ink;
}

/** Notes at a picture of this installation that it is light ink, for its ground to be another one: see `logo` in app.css. */
export const ink: Attachment<HTMLImageElement> = (picture) => {
  // Of what lies elsewhere no page may read the pixels.
  if (!picture.getAttribute('src')?.startsWith('/')) return;
  void picture
    .decode()
    .then(() => {
      const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
      const context = canvas.getContext('2d');
      context?.drawImage(picture, 0, 0, side, side);
      const pixels = context?.getImageData(0, 0, side, side).data;
      picture.toggleAttribute('data-light', pixels !== undefined && isLightInk(pixels));
    })
    // A picture that is not there has no ink.
    .catch(() => undefined);
};
