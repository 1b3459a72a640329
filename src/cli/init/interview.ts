import { createInterface } from 'node:readline/promises';
import { UsageError } from '../../core/errors.ts';
import { quoted } from '../show-inbox.ts';

/** Asks a person one thing; undefined once they have ended the input. */
export type Ask = (question: string) => Promise<string | undefined>;

/** One thing that a config needs. */
export interface Question {
  /** The option that answers it: `--instance`, or `--set name=` for a setting of a kind. */
  readonly flag: string;
  readonly text: string;
  /** What the answers mean, a line each: told to a person before the question, and to `?`. */
  readonly explained?: string;
  /** Taken where nothing else is said; an empty text makes the question optional. */
  readonly otherwise?: string;
  /** Offered to a person, never taken unasked. */
  readonly offered?: string;
  /** The answer in the form that a config takes. Throws UsageError for what is none. */
  read(text: string): string;
  /** Why an answer is probably wrong, though it may be right: a person who gives it again has it taken. */
  doubt?(answer: string): string | undefined;
}

/**
 * Collects answers from options, and from a person where one is there. A wrong answer of a person is asked again; every answer
 * is kept as the option that gives it, so that a fault costs none of them.
 */
export class Interview {
  readonly #ask: Ask | undefined;
  readonly #say: (text: string) => void;
  /** Flags that were asked for or kept; one that was refused is among them, and in no command. */
  readonly #met = new Set<string>();
  readonly #kept: string[] = [];
  readonly #missing: string[] = [];

  constructor(ask: Ask | undefined, say: (text: string) => void) {
    this.#ask = ask;
    this.#say = say;
  }

  get asksPerson(): boolean {
    return this.#ask !== undefined;
  }

  /** Keeps an option that needs no question. */
  keep(flag: string, text: string): void {
    this.#met.add(flag);
    this.#kept.push(optionText(flag, text));
  }

  /** Tells a person something on the way. */
  say(text: string): void {
    this.#say(text);
  }

  /** The answer as read; empty where it is missing, see mustBeComplete(), or optional. Throws UsageError. */
  async answer(question: Question, given?: string): Promise<string> {
    const { flag, text, explained, otherwise, offered } = question;
    this.#met.add(keptFlag(flag));
    if (given !== undefined) {
      const read = this.#read(question, given);
      if (read !== undefined) return read;
    } else if (!this.#ask) {
      if (otherwise === undefined)
        this.#missing.push(`  ${flag}  ${text}${explained ? `\n${explained.replaceAll(/^/gm, '    ')}` : ''}`);
      return otherwise ? question.read(otherwise) : '';
    }
    const proposed = otherwise ?? offered;
    if (explained !== undefined) this.#say(explained);
    let doubted: string | undefined;
    for (;;) {
      const typed = await this.#ask?.(proposed ? `${text} [${proposed}]: ` : `${text}: `);
      if (typed === undefined) throw new UsageError('expected an answer, got the end of the input.');
      if (typed.trim() === '?') {
        this.#say(explained ?? `${text}.\nBy an option: ${flag}. More: docs/first-config.md`);
        continue;
      }
      const answer = typed.trim() || proposed;
      if (answer === '') return '';
      const doubt = answer === undefined || answer === doubted ? undefined : this.#doubt(question, answer);
      if (doubt !== undefined) {
        this.#say(`${doubt} The same again is taken as it is.`);
        doubted = answer;
        continue;
      }
      const read = answer === undefined ? this.#refuseNothing(question) : this.#read(question, answer);
      if (read !== undefined) return read;
    }
  }

  /** Throws UsageError with all answers that are missing, at once. */
  mustBeComplete(): void {
    if (this.#missing.length > 0) throw new UsageError(`expected these options as well:\n${this.#missing.join('\n')}`);
  }

  /**
   * The command that gives every answer so far by options; undefined without any.
   * @param given options that were given, with their texts: those that were not come to yet are in it as well.
   */
  command(file: string, given: readonly (readonly [flag: string, text: string])[] = []): string | undefined {
    const later = given.filter(([flag]) => !this.#met.has(flag)).map(([flag, text]) => optionText(flag, text));
    const all = [...this.#kept, ...later];
    return all.length === 0 ? undefined : ['npm run -s cli -- init', quoted(file), ...all].join(' ');
  }

  /** Undefined also for an answer that cannot be read: that is told by itself. */
  #doubt({ read, doubt }: Question, text: string): string | undefined {
    try {
      return doubt?.(read(text));
    } catch (error) {
      if (error instanceof UsageError) return undefined;
      throw error;
    }
  }

  /** Says what was expected in place of nothing. */
  #refuseNothing({ read }: Question): undefined {
    try {
      read('');
      this.#say('expected an answer, got none');
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.#say(error.message);
    }
  }

  #read(question: Question, text: string): string | undefined {
    try {
      const read = question.read(text);
      this.keep(keptFlag(question.flag), text);
      return read;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (!this.#ask) throw new UsageError(`${question.flag}: ${error.message}`);
      this.#say(error.message);
      return undefined;
    }
  }
}

/** Questions on a terminal, or on what stands for one. */
export function openTerminal(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): { ask: Ask; close(): void } {
  const lines = createInterface({ input, output });
  let closed = false;
  const ended = new Promise<undefined>((resolve) => {
    lines.once('close', () => {
      closed = true;
      resolve(undefined);
    });
  });
  return {
    // A question that the end of the input leaves open never settles by itself.
    ask: async (question) => (closed ? undefined : Promise.race([lines.question(question), ended])),
    close: () => lines.close(),
  };
}

/** The option of a setting has its name and value in one word. */
function keptFlag(flag: string): string {
  return flag.replace(/^--set /, '--set=');
}

function optionText(flag: string, text: string): string {
  return flag.endsWith('=') ? quoted(`${flag}${text}`) : `${flag} ${quoted(text)}`;
}
