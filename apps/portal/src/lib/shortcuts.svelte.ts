import { untrack } from 'svelte';

/** Single keys: which there are on the page at hand, and when a key is one and not a letter that somebody types. */

export interface Shortcut {
  /** As a key cap shows it: `T`, `Enter`, or several with a space between: `↑ ↓`. */
  readonly keys: string;
  readonly label: () => string;
}

export interface ShortcutGroup {
  readonly title: () => string;
  readonly shortcuts: readonly Shortcut[];
}

let listed = $state.raw<readonly ShortcutGroup[]>([]);

export const shortcuts = {
  /** What the list under `?` shows, the page's own first. */
  get groups(): readonly ShortcutGroup[] {
    return listed;
  },
  /** Adds what a page can do while it is open; the returned function takes it away. */
  list(group: ShortcutGroup): () => void {
    listed = [group, ...untrack(() => listed)];
    return () => {
      listed = listed.filter((one) => one !== group);
    };
  },
};

/** Whether a key press is a shortcut: nobody is typing, nothing lies in front, and no modifier is held. */
export function isShortcut(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
    return false;
  const target = event.target instanceof Element ? event.target : undefined;
  if (target?.closest('input, textarea, select, [contenteditable]:not([contenteditable=false])'))
    return false;
  return document.querySelector('dialog:modal') === null;
}
