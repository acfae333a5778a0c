import { getLocale } from './paraglide/runtime.js';

type Message = (inputs: object) => string;

/** A message in the language that is asked for, or the reader's; as messages are built, see vite.config.ts. */
export const either =
  (id: Message, en: Message) =>
  (inputs = {}, options: { locale?: string } = {}): string =>
    ((options.locale ?? getLocale()) === 'en' ? en : id)(inputs);
