export { seedDemo } from './seed.ts';

/** The one password of all demo users. It is worth something on a demo database only. */
export const demoPassword = 'melati-kamboja-7';
