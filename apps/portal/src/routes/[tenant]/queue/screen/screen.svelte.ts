/* eslint-disable svelte/prefer-svelte-reactivity -- each reading is replaced as a whole, never changed in place */
import type { Client } from '@paper-circe/api/client';
import type { QueueNumber } from '@paper-circe/api/shared';
import { Live } from '#lib/live.svelte.ts';

/** What was read, and when by the server's clock. */
interface Reading {
  readonly now: Date;
  readonly numbers: readonly QueueNumber[];
}

const tickMs = 5_000;
/** How soon after a change the queue is read, how often without one, and how soon again when it could not be. */
const soonMs = 200;
const againMs = 60_000;
const retryMs = 5_000;

/** The queue on the screen: read again whenever something happens at the clinic, and every minute for the waits. */
export class Screen {
  readonly #page: () => Reading & { readonly seq: number };
  readonly #live = new Live();
  #read = $state.raw<Reading>();
  #failed = $state(false);
  #offsetMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  now: Date = $state.raw(new Date(0));
  readonly #latest = $derived.by(() => this.#read ?? this.#page());

  constructor(page: () => Reading & { readonly seq: number }) {
    this.#page = page;
    this.now = page().now;
  }

  get numbers(): readonly QueueNumber[] {
    return this.#latest.numbers;
  }

  /** Since when nothing new is known; undefined while everything is. */
  get staleSince(): Date | undefined {
    return this.#failed || this.#live.connection === 'lost' ? this.#latest.now : undefined;
  }

  /** @returns how to stop it */
  run(client: Client, signIn: () => void): () => void {
    this.#offsetMs = this.#page().now.getTime() - Date.now();
    const clock = setInterval(() => (this.now = this.#serverNow()), tickMs);
    const stop = this.#live.listen(client, this.#page().seq, {
      receive: () => this.#after(client, soonMs),
      signIn,
    });
    this.#after(client, againMs);
    return () => {
      clearInterval(clock);
      clearTimeout(this.#timer);
      stop();
    };
  }

  #serverNow(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }

  #after(client: Client, ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(client), ms);
  }

  async #look(client: Client): Promise<void> {
    const now = this.#serverNow();
    try {
      this.#read = { now, numbers: await client.queue.numbers.query() };
      this.now = now;
      this.#failed = false;
    } catch {
      this.#failed = true;
    }
    this.#after(client, this.#failed ? retryMs : againMs);
  }
}
