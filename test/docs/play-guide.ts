import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { missingLine, type Step, stepsOf } from './guide.ts';

const root = path.join(import.meta.dirname, '../..');

export interface Played {
  /** What was typed, and what came, as a person sees it. */
  readonly transcript: string;
  readonly commands: number;
  /** What differs from the page; empty where it tells the truth. */
  readonly faults: readonly string[];
}

interface PlayOptions {
  /** Node directly instead of npm, which takes as long as the command itself. */
  readonly withoutNpm?: true;
  /** Told of each piece of the transcript as it comes. */
  readonly tell?: (text: string) => void;
}

/** What the page says, and another port that is free here. */
const pagePort = '7071';

/** Runs the blocks of a page one after the other in one shell, in a new folder that stands for the clone. */
export async function playGuide(page: string, { withoutNpm, tell }: PlayOptions = {}): Promise<Played> {
  const steps = stepsOf(await readFile(page, 'utf8'));
  const folder = await mkdtemp(path.join(tmpdir(), 'first-day-'));
  const port = String(await freePort());
  const shell = new Shell(
    folder,
    withoutNpm
      ? shortNpm
      : `npm() { if [ "$1" = start ]; then command npm "$@" --port ${port}; else command npm "$@"; fi; }\n`,
    port,
  );
  let transcript = '';
  const say = (text: string) => {
    transcript += `${text}\n`;
    tell?.(text);
  };
  const faults: string[] = [];
  try {
    for (const step of steps) {
      const fault = await play(step, shell, folder, port, say);
      if (fault !== undefined) faults.push(`${path.relative(root, page)}:${step.line}: ${fault}`);
      // What comes after builds on it.
      if (fault !== undefined) break;
    }
  } finally {
    await shell.close();
    await rm(folder, { recursive: true, force: true });
  }
  return { transcript, commands: steps.flatMap(({ commands }) => commands).length, faults };
}

async function play(
  { commands, exit, shown }: Step,
  shell: Shell,
  folder: string,
  port: string,
  say: (text: string) => void,
): Promise<string | undefined> {
  let printed = '';
  for (const [k, command] of commands.entries()) {
    say(`$ ${command}`);
    const stands = await standIn(command, folder);
    if (stands !== undefined) {
      say(`(${stands})`);
      continue;
    }
    const { code, output } = await shell.run(command.replaceAll(`:${pagePort}`, `:${port}`));
    const text = output.replaceAll(`:${port}`, `:${pagePort}`);
    printed += text;
    say(text.trimEnd());
    const expected = k === commands.length - 1 ? exit : 0;
    if (code !== expected) return `\`${command}\` ended with ${code}, the page says ${expected}`;
  }
  const missing = shown && missingLine(shown, printed);
  return missing === undefined
    ? undefined
    : `\`${commands.at(-1)}\` does not print what the page shows: ${missing}\n${printed}`;
}

/** What is done another way here, and how; undefined for a command that is run as it stands. */
async function standIn(command: string, folder: string): Promise<string | undefined> {
  if (command.startsWith('git clone ')) {
    const own = (await readdir(root)).filter((name) => !/^(\.git|dist|state|service-tag-sync\.json)$/.test(name));
    for (const name of own) await symlink(path.join(root, name), path.join(folder, name));
    return 'links to the files of this checkout, in a new folder';
  }
  if (command === 'cd service-tag-sync') return 'that folder';
  if (command === 'npm ci') return 'done in this checkout already';
  return undefined;
}

/** `npm start` and `npm run -s cli`, as package.json has them. */
const shortNpm = `npm() {
  case "$1" in
    start) shift 2; exec_in_turn src/local/start.ts "$@" --port "$PLAY_PORT" ;;
    *) shift 4; node --max-semi-space-size=16 --import ./src/old-node.mjs src/cli.ts "$@" ;;
  esac
}
exec_in_turn() { exec node --import ./src/old-node.mjs "$@"; }
`;

/** One bash for a whole page: what a block sets is there in the next. */
class Shell {
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #blocks = 0;

  constructor(folder: string, beginning: string, port: string) {
    this.#folder = folder;
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.#child = spawn('bash', ['--norc', '--noprofile'], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'inherit'],
      // What is printed is compared: no colours, and the width of no terminal.
      env: {
        ...env,
        PATH: `${path.dirname(process.execPath)}:${env.PATH}`,
        NO_COLOR: '1',
        FORCE_COLOR: undefined,
        PLAY_PORT: port,
      },
    });
    if (!this.#child.stdout) throw new Error('bash has no output');
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
    this.#child.stdin?.write(beginning);
  }

  /** One that ends with `&` has come as far as it goes when it prints `Up at`, or ends. */
  async run(command: string): Promise<{ readonly code: number; readonly output: string }> {
    this.#blocks++;
    const file = path.join(tmpdir(), `${path.basename(this.#folder)}.${this.#blocks}`);
    const behind = command.endsWith('&');
    await appendFile(file, '');
    const line = behind
      ? `${command.slice(0, -1)} > ${file} 2>&1 < /dev/null & started=$!\n` +
        `while ! grep -q '^Up at' ${file} && kill -0 $started 2>/dev/null; do sleep 0.1; done\n` +
        `if kill -0 $started 2>/dev/null; then echo 0; else wait $started; echo $?; fi\n`
      : `${command} > ${file} 2>&1 < /dev/null\necho $?\n`;
    this.#child.stdin?.write(line);
    const { value } = await this.#lines.next();
    const output = await readFile(file, 'utf8');
    await rm(file);
    return { code: Number(value), output };
  }

  /** Ends what the page left up, then the shell. */
  async close(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin?.end('jobs -p | xargs -r kill 2>/dev/null; wait\n');
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return address.port;
}
