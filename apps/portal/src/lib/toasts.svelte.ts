/** What has just happened, said at the edge of the screen, with a way back where there is one. */

export interface Toast {
  id: number;
  message: string;
  tone: 'done' | 'problem';
  /** What it tells the outcome of. */
  about?: unknown;
  /** Takes the act back. The toast stays until it has. */
  undo?: (() => void | Promise<void>) | undefined;
}

const shown = $state<Toast[]>([]);
let last = 0;

/** When each that leaves by itself does, and after how long. */
// eslint-disable-next-line svelte/prefer-svelte-reactivity -- no page shows it
const leaving = new Map<number, { readonly ms: number; timer: ReturnType<typeof setTimeout> }>();

export const toasts = {
  get all(): readonly Toast[] {
    return shown;
  },
  /**
   * @param seconds how long it stays; nothing that can be undone leaves before the hand has reached it, and a
   * problem stays until it is closed
   * @param about what it tells the outcome of: it takes the place of what was said of that before
   */
  show(
    message: string,
    {
      tone = 'done',
      undo,
      about,
      seconds = tone === 'problem' ? Infinity : undo ? 10 : 5,
    }: { tone?: Toast['tone']; undo?: Toast['undo']; about?: unknown; seconds?: number } = {},
  ): number {
    this.forget(about);
    last += 1;
    const id = last;
    shown.push({ id, message, tone, undo, about });
    const ms = seconds * 1000;
    if (Number.isFinite(ms)) leaving.set(id, { ms, timer: setTimeout(() => this.close(id), ms) });
    return id;
  },
  /** Keeps all of them while the pointer or the focus is there: whoever reads slowly has the time (WCAG 2.2.1). */
  hold(): void {
    for (const { timer } of leaving.values()) clearTimeout(timer);
  },
  /** Gives each its whole time again. */
  release(): void {
    for (const [id, one] of leaving) {
      clearTimeout(one.timer);
      one.timer = setTimeout(() => this.close(id), one.ms);
    }
  },
  /** Takes away what was said of something that is tried again. */
  forget(about: unknown): void {
    const old = about === undefined ? undefined : shown.find((toast) => toast.about === about);
    if (old) this.close(old.id);
  },
  close(id: number): void {
    clearTimeout(leaving.get(id)?.timer);
    leaving.delete(id);
    const index = shown.findIndex((toast) => toast.id === id);
    if (index >= 0) shown.splice(index, 1);
  },
};
