/** What has just happened, said at the edge of the screen, with a way back where there is one. */

export interface Toast {
  id: number;
  message: string;
  tone: 'done' | 'problem';
  /** Takes the act back. The toast stays until it has. */
  undo?: (() => void | Promise<void>) | undefined;
}

const shown = $state<Toast[]>([]);
let last = 0;

export const toasts = {
  get all(): readonly Toast[] {
    return shown;
  },
  /**
   * @param seconds how long it stays; nothing that can be undone leaves before the hand has reached it, and a
   * problem stays until it is closed
   */
  show(
    message: string,
    {
      tone = 'done',
      undo,
      seconds = tone === 'problem' ? Infinity : undo ? 10 : 5,
    }: { tone?: Toast['tone']; undo?: Toast['undo']; seconds?: number } = {},
  ): number {
    last += 1;
    const id = last;
    shown.push({ id, message, tone, undo });
    if (Number.isFinite(seconds)) setTimeout(() => this.close(id), seconds * 1000);
    return id;
  },
  close(id: number): void {
    const index = shown.findIndex((toast) => toast.id === id);
    if (index >= 0) shown.splice(index, 1);
  },
};
