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
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const words = [...command.commands.map((one) => one.name()), ...choices, ...flags, '--help'];
  yield { after: path.join(' '), words };
  for (const one of command.commands) yield* wordsOf(one, [...path, one.name()]);
}

/** A zsh without its own completion gets it: the one for bash stands upon it. */
const zshHead = `(( $+functions[compdef] )) || { autoload -U compinit && compinit; }
autoload -U +X bashcompinit && bashcompinit
`;

/** The place of the words so far is found by leaving out flags, and words that are none of it, such as values of flags. */
function bash(table: readonly Place[], zsh: boolean): string {
  return `${zsh ? zshHead : ''}_circe() {
  local word words="" place=""
  for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD-1))}"; do
    [[ $word == -* ]] && continue
    _circe_words "$place\${place:+ }$word" && place="$place\${place:+ }$word"
  done
  _circe_words "$place"
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
  return `function __circe_words
  switch "$argv[1]"
${table.map(({ after, words }) => `    case '${after}'\n      printf '%s\\n' ${words.join(' ')}`).join('\n')}
    case '*'
      return 1
  end
end
function __circe_complete
  set -l place ''
  for word in (commandline -opc)[2..]
    string match -q -- '-*' $word; and continue
    set -l next (string trim -- "$place $word")
    __circe_words $next >/dev/null; and set place $next
  end
  __circe_words $place
end
complete -c circe -a '(__circe_complete)'`;
}
