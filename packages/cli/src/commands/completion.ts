import { Argument, type Command } from 'commander';
import type { Io } from '../io.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export function addCompletion(program: Command, io: Io): void {
  program
    .command('completion')
    .description('print the completion of a shell: eval "$(circe completion bash)"')
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .action((shell: (typeof shells)[number]) => {
      const table = [...wordsOf(program)];
      io.out(shell === 'fish' ? fish(table) : bash(table, shell === 'zsh'));
    });
}

/** What may follow some words of the command line. */
interface Place {
  readonly after: string;
  readonly words: readonly string[];
}

function* wordsOf(command: Command, path: readonly string[] = []): Generator<Place> {
  const flags = command.options.flatMap(({ long }) => long ?? []);
  const words = [...command.commands.map((one) => one.name()), ...flags, '--help'];
  yield { after: path.join(' '), words };
  for (const one of command.commands) yield* wordsOf(one, [...path, one.name()]);
}

/** The place of the words so far is found by leaving out flags and then words from the end. */
function bash(table: readonly Place[], zsh: boolean): string {
  return `${zsh ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}_circe() {
  local word words="" place="" known=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && continue
    place="$place\${place:+ }$word"
    _circe_words "$place" && known="$place"
  done
  _circe_words "$known"
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
_circe_words() {
  case "$1" in
${table.map(({ after, words }) => `    '${after}') words='${words.join(' ')}' ;;`).join('\n')}
    *) return 1 ;;
  esac
}
complete -o default -F _circe circe`;
}

function fish(table: readonly Place[]): string {
  const lines = table.map(({ after, words }) => {
    const seen = ['circe', ...after.split(' ').filter(Boolean)].join(' ');
    const where = `test (string join ' ' -- (string match -v -- '-*' (commandline -opc))) = '${seen}'`;
    return `complete -c circe -n "${where}" -a '${words.join(' ')}'`;
  });
  return lines.join('\n');
}
