import { answersTo } from '../../core/decisions/decision.ts';
import { namedBy } from '../../core/decisions/short-id.ts';
import type { Ledger } from '../../core/judge/ledger.ts';
import { needsOperator } from '../../core/reason.ts';
import { DecisionRejected, type HoldView } from '../operator.ts';

/** Thrown for a name by which several things may be meant, with those. */
export class AmbiguousName extends DecisionRejected {
  override name = 'AmbiguousName';
}

/** Something open, with the words by which an error names it. */
interface Candidate {
  readonly id: string;
  readonly names: readonly string[];
  readonly text: string;
}

/** How many candidates an error names. */
const maxNamed = 20;

/** The one hold that is meant. Throws DecisionRejected unless it is one, with those that there are. */
export function holdNamed(holds: readonly HoldView[], ledger: Pick<Ledger, 'asked'>, given: string): HoldView {
  const open = holds.map((hold) => {
    const about = 'tag' in hold.of ? hold.of.tag : hold.of.target;
    return { id: hold.id, names: [about], text: `${hold.id} (${hold.kind} of ${about})`, hold };
  });
  const found = namedBy(given, open);
  const [one] = found;
  if (one && found.length === 1) return one.hold;
  if (found.length > 1) throw ambiguous(given, found);
  const [part] = namedBy(given, partsIn(ledger));
  if (part) {
    throw new DecisionRejected(
      `expected a hold, got ${given}, which is part ${part.text}: \`approve ${part.id}\` or \`decline ${part.id}\` answers it`,
    );
  }
  throw new DecisionRejected(
    `no hold ${given} is open: it has ended, was answered before, or never was; ${open.length === 0 ? 'none is open' : `open: ${listOf(open)}`}. \`todo\` lists what waits, \`holds\` all holds`,
  );
}

/**
 * The id of the part that is meant; what looks like an id whole is one, also when it does not wait any more. Throws
 * DecisionRejected for anything else, with what waits.
 */
export function partNamed(holds: readonly HoldView[], ledger: Pick<Ledger, 'asked'>, given: string): string {
  const waiting = partsIn(ledger);
  const found = namedBy(given, waiting);
  const [one] = found;
  if (one && found.length === 1) return one.id;
  // A part that waits for its hour is no candidate where another one waits for a person.
  const asking = found.filter(({ asks }) => asks);
  if (asking[0] && asking.length === 1) return asking[0].id;
  if (found.length > 1) throw ambiguous(given, found);
  if (/^[0-9a-f]{16}$/.test(given)) return given;
  const hold = namedBy(
    given,
    holds.map(({ id, of, kind }) => ({ id, kind, names: ['tag' in of ? of.tag : of.target] })),
  )[0];
  if (hold) {
    const [stays, changes] = answersTo(hold.kind);
    throw new DecisionRejected(
      `expected a part, got ${given}, which is hold ${hold.id}: \`answer ${stays} ${given}\` or \`answer ${changes} ${given}\` answers it`,
    );
  }
  throw new DecisionRejected(
    `no part ${given} waits: ${waiting.length === 0 ? 'none does' : `those that do: ${listOf(waiting)}`}. \`todo\` lists what waits`,
  );
}

/** Parts that wait, as the last run of their targets left them. */
function partsIn({ asked = [] }: Pick<Ledger, 'asked'>): readonly (Candidate & { readonly asks: boolean })[] {
  return asked
    .filter(({ approvals }) => approvals === undefined)
    .map(({ part, target, direction, ranges = [], reasons = [] }) => ({
      id: part,
      names: [target],
      asks: needsOperator(reasons),
      text: `${part} (${target}${direction === undefined ? '' : `, ${direction} ${ranges.length}`})`,
    }));
}

function ambiguous(given: string, found: readonly Candidate[]): AmbiguousName {
  return new AmbiguousName(`${given} could be any of ${listOf(found)}: give more of the id`);
}

function listOf(some: readonly Candidate[]): string {
  const more = some.length > maxNamed ? ` and ${some.length - maxNamed} more` : '';
  return `${some
    .slice(0, maxNamed)
    .map(({ text }) => text)
    .join(', ')}${more}`;
}
