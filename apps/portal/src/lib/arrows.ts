import type { Attachment } from 'svelte/attachments';

/**
 * Arrow keys between what is marked `data-arrow` inside an element, as it lies on the screen: left and right in
 * reading order, up and down to the nearest one of the next line. Tab still works as everywhere.
 */
export const arrows: Attachment<HTMLElement> = (root) => {
  const onkeydown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLElement)) return;
    const typing = event.target.matches('input, textarea, select');
    if (typing && event.key !== 'ArrowDown') return;
    const all = [...root.querySelectorAll<HTMLElement>('[data-arrow]')].filter(
      (one) => one.offsetParent !== null,
    );
    const from = all.indexOf(event.target);
    const next = typing ? all[0] : from < 0 ? undefined : target(event.key, all, from);
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  root.addEventListener('keydown', onkeydown);
  return () => root.removeEventListener('keydown', onkeydown);
};

function target(key: string, all: readonly HTMLElement[], from: number): HTMLElement | undefined {
  if (key === 'ArrowRight') return all[from + 1];
  if (key === 'ArrowLeft') return all[from - 1];
  if (key === 'Home') return all[0];
  if (key === 'End') return all.at(-1);
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return undefined;
  const here = all[from]!.getBoundingClientRect();
  const down = key === 'ArrowDown';
  const beyond = all
    .map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ box }) => (down ? box.top >= here.bottom - 1 : box.bottom <= here.top + 1));
  const aside = (box: DOMRect) => Math.abs(box.left + box.width / 2 - (here.left + here.width / 2));
  const line = down
    ? Math.min(...beyond.map(({ box }) => box.top))
    : Math.max(...beyond.map(({ box }) => box.top));
  return beyond
    .filter(({ box }) => Math.abs(box.top - line) < 4)
    .sort((a, b) => aside(a.box) - aside(b.box))[0]?.element;
}
