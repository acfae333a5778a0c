import type { Attachment } from 'svelte/attachments';

/** Closes a `<details>` menu on Escape, on a press elsewhere and when the focus leaves it. */
export const dismissable: Attachment<HTMLDetailsElement> = (details) => {
  const close = (event: Event) => {
    if (!details.open) return;
    if (event instanceof KeyboardEvent) {
      if (event.key !== 'Escape') return;
      details.querySelector('summary')?.focus();
    } else if (event.target instanceof Node && details.contains(event.target)) return;
    details.open = false;
  };
  const events = ['pointerdown', 'keydown', 'focusin'] as const;
  for (const event of events) document.addEventListener(event, close);
  return () => {
    for (const event of events) document.removeEventListener(event, close);
  };
};
