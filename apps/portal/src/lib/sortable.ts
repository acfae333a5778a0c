import type { Attachment } from 'svelte/attachments';

/** Where something that is dragged would go: before the one that stands `at` in its list, counted with itself. */
export interface Dragged {
  readonly item: string;
  readonly list: string;
  readonly at: number;
}

/**
 * Drags the `data-sort` children of a `data-sort-list` up and down by what is marked `data-grip` in them, with a
 * mouse, a pen or a finger. Nothing moves before it is dropped; Escape lets it stay.
 * @param over told while something is dragged, and with nothing when that has ended
 */
export function sortable(
  over: (dragged: Dragged | undefined) => void,
  drop: (dragged: Dragged) => void,
): Attachment<HTMLElement> {
  return (root) => {
    let end: (() => void) | undefined;

    function begin(event: PointerEvent) {
      if (event.button !== 0 || !(event.target instanceof Element)) return;
      const item = event.target.closest('[data-grip]')?.closest<HTMLElement>('[data-sort]');
      const list = item?.parentElement?.closest<HTMLElement>('[data-sort-list]');
      if (!item || !list) return;
      event.preventDefault();
      const place = ({ clientY }: PointerEvent): Dragged => ({
        item: item.dataset['sort'] ?? '',
        list: list.dataset['sortList'] ?? '',
        at: [...list.children].filter((one) => {
          const { top, height } = one.getBoundingClientRect();
          return one.matches('[data-sort]') && top + height / 2 < clientY;
        }).length,
      });
      const gone = new AbortController();
      const { signal } = gone;
      end = () => {
        gone.abort();
        over(undefined);
      };
      const move = (moved: PointerEvent) => {
        // Further than the screen shows.
        if (moved.clientY < 90) scrollBy(0, -12);
        else if (moved.clientY > innerHeight - 90) scrollBy(0, 12);
        over(place(moved));
      };
      const up = (released: PointerEvent) => {
        end?.();
        drop(place(released));
      };
      const key = (pressed: KeyboardEvent) => {
        if (pressed.key === 'Escape') end?.();
      };
      window.addEventListener('pointermove', move, { signal });
      window.addEventListener('pointerup', up, { signal });
      window.addEventListener('pointercancel', () => end?.(), { signal });
      window.addEventListener('keydown', key, { signal });
      over(place(event));
    }

    root.addEventListener('pointerdown', begin);
    return () => {
      root.removeEventListener('pointerdown', begin);
      end?.();
    };
  };
}
