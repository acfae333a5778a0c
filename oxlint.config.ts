// What TypeScript is held to beyond its compiler. Svelte's own rules are in eslint.config.js.
import { defineConfig } from 'oxlint';

/**
 * The one direction of imports: what each place may import of ours. Nothing else states it.
 * Tests may also use the testing package and, to stand a real server up, the embedded one.
 */
const arrows: Record<string, string[]> = {
  'packages/embedded': [],
  'packages/core': [],
  'packages/api': ['core'],
  'packages/cli': ['api', 'core', 'embedded'],
  'packages/examples': ['api', 'core'],
  'packages/testing': ['embedded'],
  'packages/bench': ['api', 'core', 'embedded'],
  'apps/portal': ['api'],
  e2e: [],
};
/** The rooms of the embedded server, and which of the others each may know. */
const rooms: Record<string, string[]> = {
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
/** The firewall stands around the one client that this file makes. */
const connection = 'packages/core/src/database.ts';
const guarded = ['packages/core', 'packages/api', 'packages/cli', 'apps/portal'];

const testsOf = (place: string) => [`${place}/**/*.test.ts`, `${place}/**/testing/**/*.ts`];

interface Forbidden {
  readonly group: string[];
  readonly message: string;
}

const oursBut = (allowed: readonly string[]): Forbidden => ({
  group: [
    '@paper-circe/**',
    ...allowed.flatMap((name) => [`!@paper-circe/${name}`, `!@paper-circe/${name}/**`]),
  ],
  message: `This place may import ${allowed.join(', ') || 'nothing'} of ours: see "arrows" in oxlint.config.ts.`,
});
const roomsBut = (room: string, allowed: readonly string[]): Forbidden => ({
  group: Object.keys(rooms)
    .filter((other) => other !== room && !allowed.includes(other))
    .map((other) => `../${other}/*`),
  message: `This room may know ${allowed.join(', ') || 'no other'}: see "rooms" in oxlint.config.ts.`,
});
const client = {
  name: 'mongodb',
  importNames: ['MongoClient'],
  allowTypeImports: true,
  message: 'A client of its own has no firewall: use openDatabase.',
};

function forbid(files: string[], patterns: Forbidden[], isGuarded = false) {
  const paths = isGuarded ? [client] : [];
  return { files, rules: { 'no-restricted-imports': ['error', { patterns, paths }] as const } };
}

export default defineConfig({
  plugins: ['eslint', 'typescript', 'import'],
  categories: { correctness: 'error' },
  rules: {
    'import/namespace': 'off',
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'no-empty-pattern': 'off',
    'no-unused-expressions': 'error',
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    'no-var': 'error',
    'prefer-const': 'error',
    'typescript/await-thenable': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/no-base-to-string': 'off',
    'typescript/no-empty-object-type': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    'typescript/no-misused-spread': 'off',
    'typescript/no-namespace': 'error',
    'typescript/no-require-imports': 'error',
    'typescript/no-unsafe-function-type': 'error',
    'typescript/require-array-sort-compare': 'off',
    'typescript/restrict-template-expressions': 'off',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/unbound-method': 'off',
  },
  overrides: [
    ...Object.entries(arrows).flatMap(([place, allowed]) => [
      forbid([`${place}/**/*.{ts,js}`], [oursBut(allowed)], guarded.includes(place)),
      forbid(testsOf(place), [oursBut([...allowed, 'testing', 'embedded'])]),
    ]),
    ...Object.entries(rooms).flatMap(([room, allowed]) => {
      const place = `packages/embedded/src/${room}`;
      return [
        forbid([`${place}/*.ts`], [oursBut([]), roomsBut(room, allowed)]),
        forbid(testsOf(place), [oursBut(['testing', 'embedded'])]),
      ];
    }),
    forbid([composition], [oursBut(['api', 'core', 'embedded'])]),
    forbid([connection], [oursBut([])]),
  ],
  ignorePatterns: [
    '**/build/',
    '**/.svelte-kit/',
    '**/paraglide/',
    '**/.circe/',
    '**/.cache/',
    '**/*.svelte',
  ],
});
