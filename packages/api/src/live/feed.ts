// What happens at a clinic, as it happens: the sealed audit events by number, and with a booking's event the
// booking. One feed for each clinic in this process looks for news; every open screen reads from it.
import { audit, onCommit, type Database, type TenantScope } from '@paper-circe/core';
import { messagesAfter, type LiveMessage } from './message.ts';

/** How often a feed looks for what other processes wrote. What this process writes wakes it at once. */
const pollMs = 500;
/** How many messages are kept for screens that lag a little; those further behind read the database. */
const kept = 1_000;

export class Feed {
  readonly #clinic: TenantScope;
  readonly #waiting = new Set<() => void>();
  readonly #onEmpty: () => void;
  #recent: LiveMessage[] = [];
  #newest = 0;
  #wakes = 0;
  #screens = 0;
  #started: Promise<void> | undefined;
  #stop: (() => void) | undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;

  constructor(clinic: TenantScope, onEmpty: () => void) {
    this.#clinic = clinic;
    this.#onEmpty = onEmpty;
  }

  /** The number of the newest message. */
  get newest(): number {
    return this.#newest;
  }

  /** How often anything happened that a screen should look at. */
  get wakes(): number {
    return this.#wakes;
  }

  /** Opens the feed for one more screen, until the returned function is called. */
  async join(): Promise<() => void> {
    this.#screens += 1;
    let here = true;
    const leave = () => {
      if (!here) return;
      here = false;
      this.#screens -= 1;
      if (this.#screens > 0) return;
      this.#stop?.();
      this.#onEmpty();
    };
    try {
      await (this.#started ??= this.#start());
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  /** The messages after a number, in order; none when there is none yet, and not always all at once. */
  async after(seq: number): Promise<readonly LiveMessage[]> {
    const first = this.#recent[0]?.seq ?? this.#newest + 1;
    if (seq + 1 >= first) return this.#recent.slice(seq + 1 - first);
    return messagesAfter(this.#clinic, seq);
  }

  /** Resolves when something happened since `wakes` was read, after some milliseconds, or when aborted. */
  async wakeSince(wakes: number, ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (wakes !== this.#wakes || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waiting.add(done);
      signal?.addEventListener('abort', done);
    });
  }

  async #start(): Promise<void> {
    this.#newest = await audit.seal(this.#clinic);
    const off = onCommit(this.#clinic, () => this.#look(true));
    const timer = setInterval(() => this.#look(false), pollMs);
    timer.unref();
    this.#stop = () => {
      off();
      clearInterval(timer);
    };
    if (this.#screens === 0) this.#stop();
  }

  /** Looks for news, one look at a time; whoever asks meanwhile gets another look after it. */
  #look(committed: boolean): void {
    if (this.#looking) {
      this.#lookAgain ||= committed;
      return;
    }
    const before = this.#newest;
    this.#looking = this.#read()
      // A database that does not answer is asked again at the next look.
      .catch(() => undefined)
      .then(() => {
        this.#looking = undefined;
        if (committed || this.#newest !== before) this.#wake();
        if (!this.#lookAgain) return;
        this.#lookAgain = false;
        this.#look(true);
      });
  }

  async #read(): Promise<void> {
    const newest = await audit.seal(this.#clinic);
    while (this.#newest < newest) {
      const messages = await messagesAfter(this.#clinic, this.#newest);
      const last = messages.at(-1);
      if (!last) return;
      this.#recent = [...this.#recent, ...messages].slice(-kept);
      this.#newest = last.seq;
    }
  }

  #wake(): void {
    this.#wakes += 1;
    for (const done of [...this.#waiting]) done();
  }
}

const feeds = new WeakMap<Database, Map<string, Feed>>();

/** The feed of a clinic in this process; it lives as long as somebody listens. */
export function feedOf(database: Database, clinic: TenantScope): Feed {
  let open = feeds.get(database);
  if (!open) feeds.set(database, (open = new Map()));
  let feed = open.get(clinic.tenantId);
  if (!feed) {
    const own = new Feed(clinic, () => {
      if (open.get(clinic.tenantId) === own) open.delete(clinic.tenantId);
    });
    open.set(clinic.tenantId, (feed = own));
  }
  return feed;
}
