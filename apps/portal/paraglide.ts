import { compile, type CompilerOptions } from '@inlang/paraglide-js';

/** How messages are compiled: said once, for vite and for `pnpm messages`, which is `node paraglide.ts`. */
export const paraglide = {
  project: `${import.meta.dirname}/project.inlang`,
  outdir: `${import.meta.dirname}/src/lib/paraglide`,
  strategy: ['cookie', 'custom-clinic', 'preferredLanguage', 'baseLocale'],
  cookieName: 'circe_locale',
} satisfies CompilerOptions;

// The compiler leaves timers behind that would keep the process for half a minute.
if (import.meta.main) await compile(paraglide).then(() => process.exit(0));
