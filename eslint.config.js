// Rules that need types are oxlint's, in .oxlintrc.json: it reads the whole workspace in seconds.
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * The one direction of imports: what each place may import of ours. Nothing else states it.
 * Tests may also use the testing package and, to stand a real server up, the embedded one.
 */
const arrows = {
  'packages/embedded': [],
  'packages/core': [],
  'packages/api': ['@paper-circe/core'],
  'packages/cli': ['@paper-circe/api', '@paper-circe/core', '@paper-circe/embedded'],
  'packages/examples': ['@paper-circe/api', '@paper-circe/core'],
  'packages/testing': ['@paper-circe/embedded'],
  'packages/bench': ['@paper-circe/api', '@paper-circe/core', '@paper-circe/embedded'],
  'apps/portal': ['@paper-circe/api'],
  e2e: [],
};
/** The rooms of the embedded server, and which of the others each may know. */
const rooms = {
  bson: [],
  storage: ['bson'],
  expression: ['bson'],
  query: ['bson', 'storage', 'expression'],
  update: ['bson', 'storage', 'expression', 'query'],
  aggregate: ['bson', 'storage', 'expression', 'query', 'update'],
  commands: ['bson', 'storage', 'expression', 'query', 'update', 'aggregate'],
  wire: ['bson'],
};
/** Where the process is put together: the only file of the portal that knows the packages below the API. */
const composition = 'apps/portal/src/lib/server/installation.ts';

const ours = [
  '@paper-circe/core',
  '@paper-circe/api',
  '@paper-circe/embedded',
  '@paper-circe/cli',
  '@paper-circe/testing',
];
const forbid = (allowed) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: ours
        .filter((name) => !allowed.includes(name))
        .map((name) => ({
          group: [name, `${name}/*`],
          message: `This place may import ${allowed.join(', ') || 'nothing of ours'}: see "arrows" in eslint.config.js.`,
        })),
    },
  ],
});
const tests = ['**/*.test.ts', '**/testing/**/*.ts'];

export default tseslint.config(
  {
    ignores: [
      '**/build/',
      '**/.svelte-kit/',
      '**/paraglide/',
      '**/.circe/',
      '**/.cache/',
      '**/node_modules/',
    ],
  },
  ...tseslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.node },
      parserOptions: { extraFileExtensions: ['.svelte'] },
    },
  },
  {
    files: ['**/*.ts', '**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser }, globals: { ...globals.browser } },
    rules: { 'svelte/no-at-html-tags': 'error', 'svelte/require-each-key': 'error' },
  },
  ...Object.entries(arrows).flatMap(([place, allowed]) => [
    { files: [`${place}/**/*.{ts,svelte,js}`], rules: forbid(allowed) },
    {
      files: tests.map((pattern) => `${place}/${pattern}`),
      rules: forbid([...allowed, '@paper-circe/testing', '@paper-circe/embedded']),
    },
  ]),
  {
    // The firewall stands around the one client that this file makes.
    files: ['packages/{core,api,cli}/src/**/*.ts', 'apps/portal/src/**/*.{ts,svelte}'],
    ignores: [...tests, 'packages/core/src/database.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="MongoClient"]',
          message: 'A client of its own has no firewall: use openDatabase.',
        },
      ],
    },
  },
  ...Object.entries(rooms).map(([room, allowed]) => ({
    files: [`packages/embedded/src/${room}/*.ts`],
    ignores: tests,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: Object.keys(rooms)
            .filter((other) => other !== room && !allowed.includes(other))
            .map((other) => ({
              group: [`../${other}/*`],
              message: `This room may know ${allowed.join(', ') || 'no other'}: see "rooms" in eslint.config.js.`,
            })),
        },
      ],
    },
  })),
  { files: [composition], rules: forbid(['@paper-circe/api', '@paper-circe/core', '@paper-circe/embedded']) },
);
