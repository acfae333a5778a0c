import { tick } from 'svelte';

/**
 * Where the keyboard goes when a step is open: to what it marks as first, else to its first field. What was
 * decided stays in sight above it, unless the first thing to do would lie below the screen.
 * @param entering whether the page has just been loaded as a whole
 */
export async function focusOpenStep(entering: boolean): Promise<void> {
  await tick();
  // Who has begun before the script was there is not interrupted.
  if (entering && document.activeElement !== document.body) return;
  const step = document.querySelector<HTMLElement>('[data-step=open]');
  const first =
    step?.querySelector<HTMLElement>('[data-first]') ??
    step?.querySelector<HTMLElement>('input:not([type=hidden]), a, button');
  first?.focus({ preventScroll: true });
  if (step?.dataset['anchor'] === undefined) scrollTo({ top: 0 });
  else step.scrollIntoView({ block: 'start' });
  // A bar lies below on a phone.
  if (first && first.getBoundingClientRect().bottom > innerHeight - 80)
    first.scrollIntoView({ block: 'center' });
}

/** Escape goes one step back: to what was decided last. */
export function stepBack(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
  if (document.querySelector('dialog[open], details[open] :focus')) return;
  if (event.target instanceof HTMLElement && event.target.matches('textarea, input:not([type=search])'))
    return;
  const last = [...document.querySelectorAll<HTMLElement>('[data-change]')].at(-1);
  if (!last) return;
  event.preventDefault();
  last.click();
}
