import { afterNavigate, beforeNavigate, goto } from '$app/navigation';
import { m } from './paraglide/messages.js';
import { isReachable } from './reachable.ts';
import { toasts } from './toasts.svelte.ts';

/**
 * Keeps a page that shows the last known day where leaving it would lead to an error alone, and says so. Called by
 * the page; it asks only while the connection seems lost, and whoever is answered goes on.
 */
export function stayWhile(isLost: () => boolean): void {
  let sure = false;
  afterNavigate(() => {
    sure = false;
  });
  beforeNavigate((navigation) => {
    const { to, willUnload } = navigation;
    if (!to || willUnload || sure || !isLost()) return;
    navigation.cancel();
    void isReachable().then((answers) => {
      if (!answers)
        return void toasts.show(m.live_lost_stay(), { tone: 'problem', about: stayWhile, seconds: 5 });
      sure = true;
      if (navigation.type === 'popstate') history.go(navigation.delta);
      // eslint-disable-next-line svelte/no-navigation-without-resolve -- it was resolved by who asked for it
      else void goto(to.url);
    });
  });
}
