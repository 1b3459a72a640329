import { effectiveOf } from '../../core/judge/ledger.ts';
import { covers, entries, entriesOf } from '../../core/plan/entries.ts';
import type { Plan, PlanPart } from '../../core/plan/plan-types.ts';
import { proposalOf } from '../../core/plan/proposed-change.ts';
import type { Origin, RollbackStep } from '../../core/plan/ticket-facts.ts';
import { extent } from '../../messages/format.ts';
import type { RunContext } from '../../run/context.ts';
import type { DecisionState } from '../../run/decisions.ts';
import { commandsFor, rulesFor } from './inbox-input.ts';

/** How many runs back a publication to pin is looked for. */
const maxRuns = 100;

/** What leaves things as they are while a plan is not written, and what brings the state before back once it is. */
export async function rollbackOf(
  context: RunContext,
  plan: Plan,
  origins: readonly Origin[],
  { decisions }: DecisionState,
): Promise<RollbackStep[]> {
  if (origins.length === 0) return [];
  const command = (words: string) =>
    commandsFor('', [{ answer: '', words }], rulesFor({ context }, plan.target))[0]?.command ?? words;
  const input: UndoInput = {
    plan,
    answers: new Set(decisions.flatMap(({ kind, id }) => (kind === 'answer' ? [id] : []))),
    pinned: await lastPublication(context, origins),
  };
  const asked = plan.parts.filter(({ verdict }) => proposalOf(verdict) === 'if approved');
  const steps = merged([...asked.map(decline), ...origins.flatMap((origin) => undo(origin, input)), ...byHand(plan)]);
  return steps.map(({ when, words, field, ranges, does }) => ({
    when,
    ...(words === undefined ? {} : { command: command(words) }),
    ...(field === undefined ? {} : { edit: { list: plan.list, field } }),
    ranges,
    does: does(extent(ranges)),
  }));
}

/** A step before it is known how many origins it takes back. */
interface Draft extends Pick<RollbackStep, 'when'> {
  /** Of a command. */
  readonly words?: string;
  /** Of an edit of the list. */
  readonly field?: 'always' | 'never';
  readonly ranges: readonly string[];
  /** A sentence about so many ranges. */
  readonly does: (what: string) => string;
}

function decline({ id, direction, steps }: PlanPart): Draft {
  const then = direction === 'add' ? 'stay out' : 'stay allowed';
  return {
    when: 'before',
    words: `decline ${id}`,
    ranges: steps.map(({ prefix }) => prefix),
    does: (what) => `Nothing of part ${id} is written: ${what} ${then} until that decision is withdrawn.`,
  };
}

interface UndoInput {
  readonly plan: Plan;
  /** Ids of the answers to holds. */
  readonly answers: ReadonlySet<string>;
  /** The newest publication at which none of it had happened yet. */
  readonly pinned: number | undefined;
}

/** What takes some ranges back once they are written. */
function undo({ direction, cause, ranges, decisions }: Origin, { plan, answers, pinned }: UndoInput): Draft[] {
  const after = { when: 'after', ranges } as const;
  const back = direction === 'add' ? 'go out again' : 'are allowed again';
  const edit: Draft = {
    ...after,
    field: direction === 'add' ? 'never' : 'always',
    does: (what) =>
      `With these exceptions in list ${plan.list} of the config ${what} ${back} with the next run and stay so, in every target of the list.`,
  };
  const withdraw = decisions
    .filter(({ id }) => answers.has(id))
    .map(
      ({ id, by }): Draft => ({
        ...after,
        words: `withdraw ${id}`,
        does: (what) =>
          `The answer of ${by} counts as never given, its hold is open again: ${what} ${back} with the next run.`,
      }),
    );
  const pin: Draft = {
    ...after,
    words: `pin ${pinned} --until 14d`,
    does: (what) =>
      `Every list is as it was effective at publication ${pinned}, for 14 days at most: ${what} ${back}, and what was published since is missing. \`--preview\` shows it.`,
  };
  switch (cause.kind) {
    case 'released':
    case 'publication':
      return [...withdraw, ...(pinned === undefined ? [] : [pin]), edit];
    case 'held':
      return [...withdraw, edit];
    case 'pin':
      return [
        {
          ...after,
          words: 'unpin',
          does: (what) => `Every list follows the newest publication again: ${what} ${back} with the next run.`,
        },
      ];
    case 'config':
    case 'registry':
    case 'first contact':
    case 'joined':
      return [edit];
    case 'drift':
    case 'foreign':
    case 'carried over':
      return [
        {
          ...after,
          does: (what) =>
            `${what} ${direction === 'add' ? 'were ours and are put back' : 'were written by somebody else'}: only whoever else writes ${plan.target} can bring that state back.`,
        },
      ];
  }
}

/** How many publications are looked at for what was released since: each is a ledger to read. */
const maxLedgers = 5;

/**
 * The newest publication at which none of it had happened yet, in its newest run: a pin goes by that. What was released must
 * be effective there still; what a publication brought came with a later number.
 */
async function lastPublication(
  { runs, ledgers }: Pick<RunContext, 'runs' | 'ledgers'>,
  origins: readonly Origin[],
): Promise<number | undefined> {
  const released = origins.flatMap(({ cause, ranges }) =>
    cause.kind === 'released' ? [{ tag: cause.tag, all: entriesOf(ranges) }] : [],
  );
  const numbers = origins.flatMap(({ cause }) => (cause.kind === 'publication' ? [cause.changeNumber] : []));
  if (released.length + numbers.length === 0) return undefined;
  const newest = new Map<number, string>();
  for (const { run, publication } of (await runs.page(maxRuns)).runs) {
    if (publication !== undefined && !newest.has(publication.changeNumber)) newest.set(publication.changeNumber, run);
  }
  const earlier = [...newest].filter(([changeNumber]) => numbers.every((one) => changeNumber < one));
  if (released.length === 0) return earlier[0]?.[0];
  for (const [changeNumber, run] of earlier.slice(0, maxLedgers)) {
    const name = (await runs.get(run, () => []))?.intent.ledgerAfter;
    const ledger = name === undefined ? undefined : await ledgers.get(name);
    const isThere = ({ tag, all }: (typeof released)[number]): boolean => {
      const row = ledger?.tags.get(tag);
      return row !== undefined && covers(entries(effectiveOf(row)), all);
    };
    if (released.every(isThere)) return changeNumber;
  }
  return undefined;
}

/** In an hour of need: the service must not write against the hand that does. */
function byHand({ target }: Plan): Draft[] {
  return [
    {
      when: 'after',
      words: `pause --target ${target}`,
      ranges: [],
      does: () =>
        `Nothing is written to ${target} from then on: give it the ranges under "Before" by hand, and no others.`,
    },
    {
      when: 'after',
      words: `resume --target ${target}`,
      ranges: [],
      does: () =>
        `The service writes ${target} again. What differs from its list then is written: one of the ways above comes first.`,
    },
  ];
}

/** One step for what one command, or one edit, takes back. */
function merged(drafts: readonly Draft[]): Draft[] {
  const byKey = Map.groupBy(drafts, ({ when, words, field, does }) => `${when} ${words ?? field ?? does('')}`);
  return [...byKey.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, ranges: [first, ...others].flatMap(({ ranges }) => ranges) }],
  );
}
