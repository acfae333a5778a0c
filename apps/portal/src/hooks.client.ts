import { overwriteGetLocale, isLocale, baseLocale } from '#lib/paraglide/runtime.js';

// The server has decided the language; the page never decides otherwise, or it would not match its markup.
overwriteGetLocale(() => {
  const { lang } = document.documentElement;
  return isLocale(lang) ? lang : baseLocale;
});
