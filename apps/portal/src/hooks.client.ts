import type { HandleClientError } from '@sveltejs/kit/hooks';
import { m } from '#lib/paraglide/messages.js';
import { overwriteGetLocale, isLocale, baseLocale } from '#lib/paraglide/runtime.js';

// The server has decided the language; the page never decides otherwise, or it would not match its markup.
overwriteGetLocale(() => {
  const { lang } = document.documentElement;
  return isLocale(lang) ? lang : baseLocale;
});

/** What went wrong in the page itself is said in the reader's language, and told to whoever looks at the console. */
export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind !== 'unknown') return;
  console.error(error);
  return { message: m.error_unexpected() };
};

/** No field says what is wrong with it before somebody is in one, so that no page waits for these words. */
const speak = () => void import('#lib/invalid.ts').then(({ sayInvalid }) => sayInvalid());
if (document.activeElement === document.body) addEventListener('focusin', speak, { once: true });
else speak();
