// The arrow keys among what can be opened (`data-cal`) in columns or cells (`data-track`), as it lies on the screen.

export const stops = (): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>('[data-cal]')].filter((one) => one.checkVisibility());

/** Where an arrow key leads from a stop; nothing where there is no more. */
export function neighbour(from: HTMLElement, key: string): HTMLElement | undefined {
  const track = from.closest<HTMLElement>('[data-track]');
  if (!track) return undefined;
  const within = [...track.querySelectorAll<HTMLElement>('[data-cal]')];
  const here = from.getBoundingClientRect();
  if (key === 'ArrowDown' || key === 'ArrowUp') {
    const step = key === 'ArrowDown' ? 1 : -1;
    return within[within.indexOf(from) + step] ?? beyond(track, step);
  }
  const step = key === 'ArrowRight' ? 1 : -1;
  const beside = within.find((one) => {
    const box = one.getBoundingClientRect();
    const aside = step > 0 ? box.left >= here.right - 2 : box.right <= here.left + 2;
    return aside && box.top < here.bottom - 1 && box.bottom > here.top + 1;
  });
  return beside ?? closest(tracksOf(track, step)[0], here);
}

/** The tracks to one side of one, the nearest first. */
function tracksOf(track: HTMLElement, step: number): HTMLElement[] {
  const all = [...document.querySelectorAll<HTMLElement>('[data-track]')].filter(
    (one) => one.checkVisibility() && one.querySelector('[data-cal]'),
  );
  const at = all.indexOf(track);
  return step > 0 ? all.slice(at + 1) : all.slice(0, at).reverse();
}

/** The first or last stop of the next cell below or above. */
function beyond(track: HTMLElement, step: number): HTMLElement | undefined {
  const { left } = track.getBoundingClientRect();
  const next = tracksOf(track, step).find((one) => Math.abs(one.getBoundingClientRect().left - left) < 4);
  return [...(next?.querySelectorAll<HTMLElement>('[data-cal]') ?? [])].at(step > 0 ? 0 : -1);
}

function closest(track: HTMLElement | undefined, here: DOMRect): HTMLElement | undefined {
  const away = (one: Element) => Math.abs(one.getBoundingClientRect().top - here.top);
  return [...(track?.querySelectorAll<HTMLElement>('[data-cal]') ?? [])].sort((a, b) => away(a) - away(b))[0];
}
