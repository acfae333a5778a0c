import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { circe } from '../testing/command.ts';

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** As the shell itself asks: with the words so far, the last of which is being typed. */
const asking = {
  bash: (words: string) =>
    `COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _circe; echo "\${COMPREPLY[@]}"`,
  // What zsh's bashcompinit does around the function, without the widgets of a terminal.
  zsh: (words: string) =>
    `emulate -L sh; setopt kshglob; COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _circe; echo "\${COMPREPLY[@]}"`,
  fish: (words: string) =>
    `complete -C "${words.replaceAll("''", '')}" | string split -f1 \\t | string join ' '`,
};

describe.each(['bash', 'zsh', 'fish'] as const)('in %s', (shell) => {
  // The completion of zsh itself needs a terminal.
  const before = shell === 'zsh' ? ['compdef() { :; }'] : [];
  const flags = shell === 'zsh' ? ['-f'] : [];
  test.skipIf(!has(shell)).each([
    ['circe boo', 'bookings'],
    ['circe bookings findByTenantAndD', 'findByTenantAndDate'],
    ['circe bookings findByTenantAndDate --da', '--date'],
    ['circe --profile elsewhere bookings noS', 'noShow'],
    ['circe server users allowR', 'allowReset'],
    ['circe import treatm', 'treatments'],
    ['circe completion zs', 'zsh'],
  ])('%s is completed', async (words, completed) => {
    const { out } = await circe(['completion', shell]);
    const script = [...before, ...out, asking[shell](words)].join('\n');
    const { stdout, stderr } = spawnSync(shell, [...flags, '-c', script], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    });
    expect(stderr).toBe('');
    // zsh leaves out by itself what does not begin so.
    if (shell === 'zsh') expect(stdout.split(/\s/)).toContain(completed);
    else expect(stdout.trim()).toBe(completed);
  });
});
