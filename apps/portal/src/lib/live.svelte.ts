import { failureOf, type Client } from '@paper-circe/api/client';
import type { LiveMessage } from '@paper-circe/api/shared';

const resubscribeMs = 5_000;

interface Listener {
  readonly receive: (message: LiveMessage) => void;
  /** To the login and back. */
  readonly signIn: () => void;
}

/** What happens at a clinic, as it happens, and whether it is heard. */
export class Live {
  connection = $state<'connecting' | 'live' | 'lost'>('connecting');

  /** Hears everything after an event's number, through lost connections. @returns how to stop it */
  listen(client: Client, from: number, { receive, signIn }: Listener): () => void {
    let seq = from;
    let again: ReturnType<typeof setTimeout> | undefined;
    let subscription: { unsubscribe(): void } | undefined;
    const subscribe = () => {
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
    // A page that could not connect at all says so too.
    const patience = setTimeout(() => {
      if (this.connection === 'connecting') this.connection = 'lost';
    }, resubscribeMs);
    return () => {
      clearTimeout(patience);
      clearTimeout(again);
      subscription?.unsubscribe();
    };
  }
}
