// Whether anybody answers, asked while nobody seems to.

/** Whether the installation answers at all. */
export async function isReachable(): Promise<boolean> {
  const answer = await fetch('/health/live', { cache: 'no-store' }).catch(() => undefined);
  return answer?.ok ?? false;
}

/** When trying again is worth it at once: the browser is online again, or somebody looks at the page. @returns how to stop it */
export function onPromise(tell: () => void): () => void {
  const seen = () => {
    if (!document.hidden) tell();
  };
  addEventListener('online', tell);
  document.addEventListener('visibilitychange', seen);
  return () => {
    removeEventListener('online', tell);
    document.removeEventListener('visibilitychange', seen);
  };
}

/** Milliseconds before the first, second, ... question; the last one for all that follow. */
const pauses = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/**
 * Asks for a page until it opens: more seldom with every time, each desk at its own moment, and not while nobody looks.
 * @param lost told of every answer whether there was none at all
 * @param back told once, when there is a page or a reason why there is none
 * @returns how to stop it
 */
export function onceOpen(path: string, lost: (isLost: boolean) => void, back: () => void): () => void {
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stopped = new AbortController();
  const ask = async () => {
    clearTimeout(timer);
    const answer = document.hidden
      ? undefined
      : await fetch(path, { signal: stopped.signal }).catch(() => null);
    if (stopped.signal.aborted) return;
    if (answer && answer.status < 500) return back();
    if (answer !== undefined) lost(answer === null);
    const ms = pauses[Math.min(asked, pauses.length - 1)] ?? 0;
    asked += 1;
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), ms * (0.5 + Math.random() / 2));
  };
  void ask();
  const deaf = onPromise(() => void ask());
  return () => {
    stopped.abort();
    clearTimeout(timer);
    deaf();
  };
}
