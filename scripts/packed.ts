/**
 * `npm run packed [22 24 ...]`: installs the packed packages in an empty project and runs the guide there on these
 * versions of Node, which npm brings. `npm test` does the same on its own Node only.
 */
import { run } from './run.ts';

const asked = process.argv.slice(2);
const { code } = await run(
  'node',
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'vitest.workspace.ts',
    '--project',
    'core',
    'src/packed.test.ts',
  ],
  {
    env: { PACKED_NODES: (asked.length > 0 ? asked : ['22', '24']).join(' ') },
    onLine: (line) => console.log(line),
  },
);
process.exitCode = code;
