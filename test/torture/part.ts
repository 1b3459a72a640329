/** How much of a part is played: `short` is what `npm test` plays, `long` what the command plays. */
export type Form = 'short' | 'long';

export interface PartOptions {
  readonly seed: number;
  readonly form: Form;
  readonly histories: HistoryOptions;
}

/** What the part `histories` takes beside the seed. */
export interface HistoryOptions {
  /** Histories of one case. */
  readonly batch: number;
  /** Where in the batch to begin, in the words of fast-check. */
  readonly path?: string;
  /** Promises that are looked at; all if empty. */
  readonly promises: readonly string[];
  readonly skip: readonly string[];
}

/** One thing that is not as it has to be. */
export interface Broken {
  /** What had to be, and what was. */
  readonly text: string;
  /** Options that repeat it, where `--case` is not it. */
  readonly repeat?: string;
}

/** A part that stands ready to play its cases. */
export interface OpenPart {
  /** How many cases there are, where they are listed and not drawn. */
  readonly cases?: number;
  /** Plays one case, the same for the same seed and number. What it throws is a finding too. */
  play(index: number): Promise<readonly Broken[]>;
  /** What was counted beside the cases, such as how many documents were taken. */
  counts?(): Readonly<Record<string, number>>;
  close?(): Promise<void>;
}

/** One way to try the service: a file of this folder and a line in `parts.ts`. */
export interface Part {
  readonly name: string;
  /** What it tries, in a line. */
  readonly about: string;
  /** What its cases are. */
  readonly unit: string;
  /** How many are drawn; a part that lists its cases plays no more than there are. */
  readonly cases: Readonly<Record<Form, number>>;
  open(options: PartOptions): Promise<OpenPart>;
}

/** A number of a case's own: seeds that are neighbours draw nothing alike. */
export function seedOf(seed: number, index: number): number {
  let mixed = Math.imul(seed ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
