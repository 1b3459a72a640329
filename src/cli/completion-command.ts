import { Argument, type Command, type Option } from 'commander';

/** The name that shells complete: that of the built command line. A script of npm is none that they could. */
const completed = 'service-tag-sync';

const shells = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

const help = `
Where it goes:
  bash  ${completed} completion bash > ~/.local/share/bash-completion/completions/${completed}
  zsh   ${completed} completion zsh > ~/.zsh/_${completed}, and in ~/.zshrc: source ~/.zsh/_${completed}
  fish  ${completed} completion fish > ~/.config/fish/completions/${completed}.fish`;

/** `completion`: the script by which a shell completes commands, options and their choices. It asks no service. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(Object.keys(shells)))
    .addHelpText('after', help)
    .action((shell: keyof typeof shells) => void process.stdout.write(shells[shell](commandsOf(program))));
}

/** One command as a shell sees it: what may follow it. */
interface Completed {
  readonly name: string;
  readonly description: string;
  /** Names of its own commands, and choices of its first argument. */
  readonly words: readonly string[];
  readonly options: readonly Option[];
}

/** Of a command with commands of its own, the options of these: there is one such, with one. */
function commandsOf(program: Command): Completed[] {
  const visible = program.createHelp().visibleCommands(program);
  return program.commands
    .filter((command) => visible.includes(command))
    .map((command) => ({
      name: command.name(),
      description: command.description(),
      words: [...command.commands.map((own) => own.name()), ...(command.registeredArguments[0]?.argChoices ?? [])],
      options: [command, ...command.commands].flatMap(({ options }) => options).filter(({ hidden }) => !hidden),
    }));
}

/** `compgen -W` splits at blanks, and no name has one; files are offered wherever a value or an argument may be one. */
function bashScript(commands: readonly Completed[]): string {
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap(({ long, argChoices }) =>
      argChoices === undefined ? [] : [`    '${name} ${long}') words='${argChoices.join(' ')}' ;;`],
    ),
  );
  const options = commands.map(
    ({ name, options: own }) => `      ${name}) words='${own.map(({ long }) => long).join(' ')} --help' ;;`,
  );
  const words = commands.flatMap((one) =>
    one.words.length === 0 ? [] : [`      ${one.name}) words='${one.words.join(' ')}' ;;`],
  );
  return `_service_tag_sync() {
  local words= cur="\${COMP_WORDS[COMP_CWORD]}" command="\${COMP_WORDS[1]}"
  case "$command \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
  esac
  if [[ -n $words ]]; then
    :
  elif [[ $COMP_CWORD -eq 1 ]]; then
    words='${commands.map(({ name }) => name).join(' ')} --help --version'
  elif [[ $cur == -* ]]; then
    case "$command" in
${options.join('\n')}
    esac
  elif [[ $COMP_CWORD -eq 2 ]]; then
    case "$command" in
${words.join('\n')}
    esac
  fi
  if [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  else
    COMPREPLY=($(compgen -f -- "$cur"))
  fi
}
complete -o filenames -F _service_tag_sync ${completed}
`;
}

/** zsh reads what bash completes by, with its own module for that. */
function zshScript(commands: readonly Completed[]): string {
  return `autoload -Uz compinit bashcompinit && compinit && bashcompinit\n${bashScript(commands)}`;
}

function fishScript(commands: readonly Completed[]): string {
  const of = (name: string) => `complete -c ${completed} -n '__fish_seen_subcommand_from ${name}'`;
  const lines = commands.flatMap(({ name, description, words, options }) => [
    `complete -c ${completed} -f -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ...(words.length === 0 ? [] : [`${of(name)} -f -a ${quoted(words.join(' '))}`]),
    ...options.map(({ long = '', description: text, required, optional, argChoices }) => {
      const value = argChoices === undefined ? '' : ` -f -a ${quoted(argChoices.join(' '))}`;
      return `${of(name)} -l ${long.slice(2)}${required || optional ? ' -r' : ''}${value} -d ${quoted(text)}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}

/** For fish, where a backslash and a quote are all that count within single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
