import { refreshAll } from '$app/navigation';
import { applyAction, type SubmitFunction } from '$app/forms';
import { failureText } from '#lib/failure.ts';
import { toasts } from '#lib/toasts.svelte.ts';

/** What is answered while the database is away: nothing else can be read either. */
const away = 503;

/**
 * How our forms are sent when script is there: once at a time, and what was typed stays. A refusal brings the
 * page up to date, since it is often news from another desk; a lost connection and a database that is away are said and
 * nothing is lost. What was said of a try before is taken away by the next one. A page that a form leads back to stays
 * where it is, with its scroll and its focus; after a refusal the first field that is wrong has the focus, and where
 * none is, what was refused is in sight.
 * @param busy told when sending begins and ends, with the button that sent it
 */
export function submitting(busy: (submitter: HTMLElement | null, sending: boolean) => void): SubmitFunction {
  let sending = false;
  return ({ cancel, submitter, formElement }) => {
    if (sending) return cancel();
    sending = true;
    toasts.forget(busy);
    busy(submitter, true);
    return async ({ result, update }) => {
      const held = document.activeElement;
      try {
        if (result.type === 'error' && (result.location === undefined || result.error.status === away)) {
          const why = result.location === undefined ? failureText(undefined) : result.error.message;
          toasts.show(why, { tone: 'problem', about: busy });
          return;
        }
        if (result.type === 'redirect') emptyPasswords(formElement);
        if (result.type === 'redirect' && isHere(result.location)) {
          await refreshAll();
          await applyAction({ type: 'success', status: 200, location: result.location });
          giveBack(held);
          return;
        }
        if (result.type === 'failure' && result.status !== away) await refreshAll();
        await update({ reset: false });
        const wrong = wrongIn(formElement);
        if (wrong) show(wrong);
        else if (result.type === 'success') giveBack(held);
        else if (result.type === 'failure')
          document.querySelector('main [role=alert]')?.scrollIntoView({ block: 'center' });
      } finally {
        sending = false;
        busy(submitter, false);
      }
    };
  };
}

/** The first field of a form that was refused. */
const wrongIn = (form: HTMLFormElement) =>
  [...form.elements].find((one): one is HTMLElement => one.matches('[aria-invalid=true]'));

function show(field: HTMLElement) {
  const folded = field.closest('details');
  if (folded) folded.open = true;
  field.focus();
}

/** What had the focus has it again, unless it is gone: what was done in place begins nothing anew. */
function giveBack(held: Element | null) {
  if (document.activeElement === document.body && held instanceof HTMLElement && held.isConnected)
    held.focus({ preventScroll: true });
}

function isHere(address: string): boolean {
  const { pathname, search } = new URL(address, location.href);
  return pathname === location.pathname && search === location.search;
}

/** A password that counts now does not stay in the page. */
function emptyPasswords(form: HTMLFormElement) {
  for (const field of form.querySelectorAll<HTMLInputElement>('input[type=password]')) field.value = '';
}
