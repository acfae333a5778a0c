// What Svelte files are held to; TypeScript is oxlint's, in oxlint.config.ts, which reads it a hundred times as fast.
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '**/build/',
      '**/.svelte-kit/',
      '**/paraglide/',
      '**/.circe/',
      '**/.cache/',
      '**/node_modules/',
      '**/*.{js,mjs,ts}',
      '!**/*.svelte.ts',
    ],
  },
  ...tseslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.node, ...globals.browser },
      parserOptions: { extraFileExtensions: ['.svelte'], parser: tseslint.parser },
    },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@paper-circe/*', '!@paper-circe/api'],
              message: 'The portal may import api of ours: see "arrows" in oxlint.config.ts.',
            },
          ],
        },
      ],
    },
  },
);
