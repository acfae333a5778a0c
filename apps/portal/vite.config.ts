import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';
import { paraglide } from './paraglide.ts';

/** Of every message the choice between its languages, which each carries a copy of, is said once instead. */
const choice = /export const (\w+) = [^\n]*\(\(inputs[^\n]*\n\tconst locale = [^\n]*\n\tif \(locale === "en"\) return en_\1\(inputs\)\n\treturn id_\1\(inputs\)\n\}\);/; // prettier-ignore
const lighterMessages: Plugin = {
  name: 'lighter-messages',
  apply: 'build',
  transform: {
    filter: { id: /\/lib\/paraglide\/messages\/\w+\.js$/ },
    handler: (code) => {
      const lighter = code.replace(choice, 'export const $1 = /* @__PURE__ */ either(id_$1, en_$1);');
      return lighter === code ? undefined : `import { either } from '../../either.ts';\n${lighter}`;
    },
  },
};

/** No page speaks over a WebSocket: without the one count that its class begins with, nothing holds that code. */
const lighterClient: Plugin = {
  name: 'lighter-client',
  apply: 'build',
  transform: {
    filter: { id: /@trpc\/client\/dist\/wsLink-[^/]*\.mjs$/ },
    handler: (code) => code.replace(/^(?=_defineProperty\(WsConnection)/m, '/* @__PURE__ */ '),
  },
};

/** The files of the messages that sources in a folder say. */
const wordsOf = (folder: string, files: readonly string[]) =>
  new Set(
    files.flatMap((file) =>
      [...readFileSync(`${import.meta.dirname}/src/${folder}/${file}`, 'utf8').matchAll(/\bm\.(\w+)\(/g)].map(
        ([, key]) => `${key}.js`,
      ),
    ),
  );
const saidIn = (words: ReadonlySet<string>) => (id: string) =>
  id.includes('/paraglide/messages/') && words.has(basename(id));

/** The words around every page of a clinic: all of these pages ask for them, and so they come as one file with what tries a page again. */
const inFrame = saidIn(wordsOf('lib/components', ['AppShell.svelte', 'UserMenu.svelte', 'Toaster.svelte', 'Flash.svelte', '../places.ts', '../../routes/(staff)/[tenant]/PatientSearch.svelte'])); // prettier-ignore

/** The words of Today, of which those that it shares come as one file too. */
const today = 'routes/(staff)/[tenant]';
const board = readdirSync(`${import.meta.dirname}/src/${today}/board`).filter(
  (file) => !file.includes('.test.'),
);
const onToday = saidIn(wordsOf(today, ['+page.svelte', ...board.map((file) => `board/${file}`)]));

/** What the pages have in common that show bookings as they change: Today and the calendar. */
const desk = /\/lib\/(live\.svelte|screen\.svelte|newest|stay\.ts|components\/(Absent|Lost|MoveDayLink))/;

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    tailwindcss(),
    paraglideVitePlugin(paraglide),
    lighterMessages,
    lighterClient,
    sveltekit({
      adapter: adapter(),
      // Nothing inline: scripts carry a nonce, and a page's markup carries no style attributes.
      csp: {
        mode: 'auto',
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          'style-src': ['self'],
          // The one style attribute we do not write: Kit's announcer of page titles, hidden by this very text.
          'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
          'img-src': ['self', 'data:', 'https:'],
          'font-src': ['self'],
          'connect-src': ['self'],
          'object-src': ['none'],
          'base-uri': ['none'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
        },
      },
    }),
  ],
  // A font or picture inlined as data: would be refused by the policy above.
  build: {
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What most pages share comes as one file instead of dozens of a few hundred bytes, and so do the signs.
          groups: [
            { name: 'shared', minShareCount: 15 },
            {
              name: 'frame',
              test: (id) => id.endsWith('/lib/reachable.ts') || inFrame(id),
            },
            { name: 'client', test: /@trpc|api\/src\/client\// },
            { name: 'desk', test: desk },
            { name: 'today', test: onToday, minShareCount: 2 },
            { name: 'signs', test: /@lucide/, minShareCount: 3 },
          ],
        },
      },
    },
  },
});
