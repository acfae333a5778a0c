// Whether anybody answers, asked while nobody seems to.

/** How often it is asked until there is an answer. */
const againMs = 2_000;

/** Whether the installation answers at all. */
export async function isReachable(): Promise<boolean> {
  const answer = await fetch('/health/live', { cache: 'no-store' }).catch(() => undefined);
  return answer?.ok ?? false;
}

/**
 * Asks until the installation answers.
 * @param lost told when the first question got no answer
 * @param back told once, when it answers after that
 * @returns how to stop it
 */
export function onceReachable(lost: () => void, back: () => void): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async (isFirst: boolean) => {
    const answered = await isReachable();
    if (stopped) return;
    if (!answered) {
      if (isFirst) lost();
      timer = setTimeout(() => void ask(false), againMs);
    } else if (!isFirst) back();
  };
  void ask(true);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
