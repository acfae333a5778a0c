// Server-sent events over fetch, where the platform has no EventSource or a header has to go along.
// https://html.spec.whatwg.org/multipage/server-sent-events.html

export interface FetchEventSourceOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Milliseconds at most before the first, second, ... attempt to connect again; the last one for all that follow. Everybody
 * waits between half of that and all of it: what many have lost at once, they do not ask for at once.
 */
const pauses = [500, 1_000, 2_000, 4_000, 5_000];

/** A connection that lasted this many milliseconds was a good one. */
const settledMs = 5_000;

export class FetchEventSource extends EventTarget {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSED = 2;
  readonly url: string;
  readonly withCredentials = false;
  readyState: number = 0;
  readonly #options: FetchEventSourceOptions;
  readonly #stop = new AbortController();
  #lastEventId = '';
  #failures = 0;

  constructor(url: string, options: FetchEventSourceOptions = {}) {
    super();
    this.url = url;
    this.#options = options;
    void this.#run();
  }

  close(): void {
    this.readyState = this.CLOSED;
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    while (this.readyState !== this.CLOSED) {
      const began = Date.now();
      const final = await this.#connect().catch(() => false);
      // `close` may have been called while it was connected.
      if (this.#stop.signal.aborted) return;
      if (final) this.close();
      else this.readyState = this.CONNECTING;
      this.dispatchEvent(new Event('error'));
      if (Date.now() - began > settledMs) this.#failures = 0;
      if (!final) await this.#pause();
    }
  }

  /** Reads one connection to its end; true when it makes no sense to try again. */
  async #connect(): Promise<boolean> {
    const { headers, fetch = globalThis.fetch } = this.#options;
    // Not more is asked for than everywhere is known: Cloudflare's fetch throws at a `cache`. The answer says no-store.
    const response = await fetch(this.url, {
      headers: {
        ...headers,
        accept: 'text/event-stream',
        ...(this.#lastEventId && { 'last-event-id': this.#lastEventId }),
      },
      signal: this.#stop.signal,
    });
    const stream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
    if (!response.ok || !stream || !response.body) {
      await response.body?.cancel();
      return response.status < 500 && response.status !== 429;
    }
    this.readyState = this.OPEN;
    this.dispatchEvent(new Event('open'));
    // By a reader: Safari cannot loop over a stream.
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      blocks.forEach((block) => this.#dispatch(block));
    }
  }

  #dispatch(block: string): void {
    let type = 'message';
    const data: string[] = [];
    for (const line of block.split('\n')) {
      const [, field, value = ''] = /^([^:]+)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === 'event') type = value;
      else if (field === 'data') data.push(value);
      else if (field === 'id' && !value.includes('\0')) this.#lastEventId = value;
    }
    if (data.length === 0) return;
    // Not every edge runtime has a MessageEvent; this has what is read of one.
    const message = { data: data.join('\n'), lastEventId: this.#lastEventId };
    this.dispatchEvent(Object.assign(new Event(type), message));
  }

  async #pause(): Promise<void> {
    const most = pauses[Math.min(this.#failures, pauses.length - 1)] ?? 0;
    const ms = most * (0.5 + Math.random() / 2);
    this.#failures += 1;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#stop.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}
