import { locales, type Locale } from './paraglide/runtime.js';

/** Each language by its own name, for whoever reads only that one. */
export const languageNames: Record<Locale, string> = { id: 'Bahasa Indonesia', en: 'English' };

/** The same, to choose from. */
export const languageOptions = locales.map((value) => ({ value, label: languageNames[value] }));
