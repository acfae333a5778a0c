import { CirceError, type Database } from '@paper-circe/core';

/** How many calls a token may make in a minute. Each call of a batch is one. */
export const callsAMinute = 1_200;

const windowMs = 60_000;

/** How many tokens are remembered: the one whose minute began longest ago is forgotten. */
const capacity = 10_000;

interface Spent {
  readonly since: number;
  readonly calls: number;
}

/** Counts the calls of each token, or whoever else calls, minute by minute, within this process. */
export class CallBudget {
  readonly #spent = new Map<string, Spent>();
  readonly #most: number;
  readonly #message: string;

  constructor(most = callsAMinute, message = 'This token calls too often.') {
    this.#most = most;
    this.#message = message;
  }

  /**
   * Counts one call.
   * @throws RATE_LIMITED when the token has made as many as it may in this minute
   */
  spend(token: string, now: number): void {
    const { since, calls } = this.#current(token, now);
    if (calls >= this.#most) {
      const retryAfterSeconds = Math.ceil((since + windowMs - now) / 1000);
      throw new CirceError('RATE_LIMITED', this.#message, { retryAfterSeconds });
    }
    this.#spent.delete(token);
    this.#spent.set(token, { since, calls: calls + 1 });
    const oldest = this.#spent.keys().next();
    if (this.#spent.size > capacity && !oldest.done) this.#spent.delete(oldest.value);
  }

  /**
   * What is left to a token, as headers.
   * https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
   */
  headers(token: string, now: number): readonly [name: string, value: string][] {
    const { since, calls } = this.#current(token, now);
    const seconds = Math.ceil((since + windowMs - now) / 1000);
    return [
      ['ratelimit-policy', `"token";q=${this.#most};w=${windowMs / 1000}`],
      ['ratelimit', `"token";r=${this.#most - calls};t=${seconds}`],
    ];
  }

  #current(token: string, now: number): Spent {
    const spent = this.#spent.get(token);
    return spent && now - spent.since < windowMs ? spent : { since: now, calls: 0 };
  }
}

const budgets = new WeakMap<Database, CallBudget>();

/** The budgets of an open database. */
export function budgetOf(database: Database): CallBudget {
  let budget = budgets.get(database);
  if (!budget) budgets.set(database, (budget = new CallBudget()));
  return budget;
}
