import { failureOf, type Client } from '@paper-circe/api/client';
import type { LiveMessage } from '@paper-circe/api/shared';
import { onPromise } from './reachable.ts';

const resubscribeMs = 5_000;
/** How long an attempt is left alone before another one takes its place. */
const attemptMs = 1_000;

interface Listener {
  readonly receive: (message: LiveMessage) => void;
  /** To the login and back. */
  readonly signIn: () => void;
}

/** What happens at a clinic, as it happens, and whether it is heard. */
export class Live {
  connection = $state<'connecting' | 'live' | 'lost'>('connecting');

  /**
   * Hears everything after an event's number, through lost connections. The client connects again by itself, each desk at
   * its own moment; as soon as there is a sign that somebody answers, it is tried at once.
   * @returns how to stop it
   */
  listen(client: Client, from: number, { receive, signIn }: Listener): () => void {
    let seq = from;
    let again: ReturnType<typeof setTimeout> | undefined;
    let subscription: { unsubscribe(): void } | undefined;
    let triedAt = 0;
    const subscribe = () => {
      clearTimeout(again);
      subscription?.unsubscribe();
      triedAt = Date.now();
      subscription = client.live.events.subscribe(
        { lastEventId: String(seq) },
        {
          onData: ({ data }) => {
            seq = data.seq;
            receive(data);
          },
          onConnectionStateChange: ({ state }) => {
            if (state === 'pending') this.connection = 'live';
            else if (this.connection === 'live') this.connection = 'lost';
          },
          onError: (error) => {
            // The login says what is the matter: signed out, or the clinic suspended.
            const code = failureOf(error)?.code;
            if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') return signIn();
            this.connection = 'lost';
            again = setTimeout(subscribe, resubscribeMs);
          },
        },
      );
    };
    subscribe();
    const promise = () => {
      if (this.connection === 'lost' && Date.now() - triedAt > attemptMs) subscribe();
    };
    const deaf = onPromise(promise);
    // Whatever else was asked for and was answered; the stream itself is told of when it ends.
    const answers = new PerformanceObserver((list) => {
      const isAnswer = (one: PerformanceEntry) =>
        one instanceof PerformanceResourceTiming &&
        one.responseStatus < 400 &&
        one.transferSize > 0 &&
        !one.name.includes('/live.events');
      if (list.getEntries().some(isAnswer)) promise();
    });
    answers.observe({ type: 'resource' });
    // A page that could not connect at all says so too.
    const patience = setTimeout(() => {
      if (this.connection === 'connecting') this.connection = 'lost';
    }, resubscribeMs);
    return () => {
      clearTimeout(patience);
      clearTimeout(again);
      deaf();
      answers.disconnect();
      subscription?.unsubscribe();
    };
  }
}
