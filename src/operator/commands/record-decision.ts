import { families } from '../../core/address/family.ts';
import { setsOf } from '../../core/address/sets.ts';
import { dayMs, readMoment } from '../../core/calendar.ts';
import {
  answersTo,
  approvalDays,
  type Decision,
  type HoldAnswer,
  longestPinDays,
} from '../../core/decisions/decision.ts';
import { withdrawAnswer } from '../../core/judge/answer.ts';
import { emptyLedger } from '../../core/judge/ledger.ts';
import { acceptOverride } from '../../run/accept-by-operator.ts';
import type { RunContext } from '../../run/context.ts';
import { answersLike, type DecisionState } from '../../run/decisions.ts';
import { type DecisionMeta, DecisionRejected, type DecisionRequest, type HoldView } from '../operator.ts';
import { fileNamed } from './find-file.ts';
import { holdNamed, partNamed } from './find-open.ts';
import { findPart } from './find-part.ts';

type Common = Pick<Decision, 'by' | 'why' | 'at'> & { readonly ticket?: string; readonly id: string };

/**
 * Turns a request into decisions to record. Throws DecisionRejected if there is nothing (any longer) that it could be
 * about, or where it asks for more than it may.
 */
export async function decisionsFor(
  context: RunContext,
  decisionState: DecisionState,
  holds: readonly HoldView[],
  request: DecisionRequest,
  meta: DecisionMeta,
): Promise<Decision[]> {
  const now = context.now();
  const current = await context.ledgers.current();
  const ledger = current?.ledger ?? emptyLedger(context.loaded.config.cloud);
  const common = (): Common => ({
    id: context.newDecisionId(),
    at: afterAll(decisionState, now),
    by: meta.by,
    why: meta.why,
    ...(meta.ticket === undefined ? {} : { ticket: meta.ticket }),
  });
  switch (request.kind) {
    case 'answer':
      return request.holds.map((given) => answerWord(common(), holdNamed(holds, ledger, given), request, now));
    case 'answer-publication': {
      const gainsOnly = request.answer === 'allow' || request.answer === 'block';
      const about = holds.filter(
        ({ changeNumber, kind }) => changeNumber === request.changeNumber && (!gainsOnly || kind === 'gain'),
      );
      if (about.length === 0) {
        throw new DecisionRejected(
          `publication ${request.changeNumber} opened no ${gainsOnly ? 'gain' : 'hold'} that is still open: \`holds\` lists those that are`,
        );
      }
      return about.map((hold) => answerWord(common(), hold, request, now));
    }
    case 'approve':
    case 'decline': {
      const part = partNamed(holds, ledger, request.part);
      const found = await findPart(context, part);
      if (!found) throw new DecisionRejected(`no recent plan has a part ${part}: \`todo\` lists what waits`);
      if (!found.newest) {
        throw new DecisionRejected(
          `part ${part} is no longer planned: it is done, or its ranges changed; \`todo\` lists what waits now`,
        );
      }
      if (found.part.verdict.kind !== 'wait') {
        const why =
          found.part.verdict.kind !== 'go'
            ? 'is refused, which no answer changes'
            : found.record.closing
              ? `is done: run ${found.record.intent.run} took it up`
              : 'goes without an answer';
        throw new DecisionRejected(`part ${part} ${why}; \`todo\` lists what waits`);
      }
      const { direction, steps } = found.part;
      const about = {
        part,
        target: found.plan.target,
        direction,
        ranges: steps.map(({ prefix }) => prefix),
      };
      if (request.kind === 'decline') return [{ ...common(), kind: 'decline', ...about }];
      const expires = new Date(now.getTime() + approvalDays * dayMs).toISOString();
      return [{ ...common(), kind: 'approve', ...about, expires }];
    }
    case 'withdraw': {
      const why = await whyNotWithdrawn(context, decisionState, request.word);
      if (why !== undefined) throw new DecisionRejected(why);
      return [{ ...common(), kind: 'withdraw', word: request.word }];
    }
    case 'pause':
    case 'resume': {
      if (request.target !== undefined && !context.targets.has(request.target)) {
        throw new DecisionRejected(
          `there is no target ${request.target}; there are ${[...context.targets.keys()].join(', ')}`,
        );
      }
      const target = request.target === undefined ? {} : { target: request.target };
      if (request.kind === 'resume') return [{ ...common(), kind: 'resume', ...target }];
      const until = request.until === undefined ? {} : { until: endAhead(request.until, now) };
      return [{ ...common(), kind: 'pause', ...target, ...until }];
    }
    case 'pin': {
      const until = endAhead(request.until, now);
      if (Date.parse(until) - now.getTime() > longestPinDays * dayMs) {
        throw new DecisionRejected(`a pin lasts at most ${longestPinDays} days; ${request.until} is further away`);
      }
      const ledger = await ledgerInForceAt(context, request.changeNumber);
      if (ledger === undefined) {
        throw new DecisionRejected(
          `publication ${request.changeNumber} was never in force here, as far as the runs go back`,
        );
      }
      const { changeNumber } = request;
      return [{ ...common(), kind: 'pin', changeNumber, ledger, until }];
    }
    case 'unpin':
      if (!decisionState.active.pin) throw new DecisionRejected('nothing is pinned');
      return [{ ...common(), kind: 'unpin' }];
    case 'accept-publication': {
      const { digest, tags } = await fileNamed(context, ledger, current?.announced, request);
      const vouched = await acceptOverride(context, ledger, { digest, ...(tags ? { tags } : {}) });
      if (!vouched.ok) throw new DecisionRejected(vouched.why);
      return [{ ...common(), kind: 'accept-publication', digest, ...(tags ? { tags } : {}) }];
    }
  }
}

/** Now, or right after the last decision if the clock was set back since: a later decision must never count as an earlier one. */
function afterAll({ decisions }: DecisionState, now: Date): string {
  const last = decisions.at(-1);
  return new Date(Math.max(now.getTime(), last ? Date.parse(last.at) + 1 : 0)).toISOString();
}

function answerWord(
  common: Common,
  hold: HoldView,
  request: { answer: HoldAnswer; until?: string; ranges?: readonly string[] },
  now: Date,
): Decision {
  const { until, ranges } = request;
  const answer = answerTo(hold, request.answer);
  if (until !== undefined && hold.kind === 'gain') {
    throw new DecisionRejected(
      `a gain that is let in has no end, got ${until} for hold ${hold.id}: leave \`until\` out, or keep it out with \`block\``,
    );
  }
  if (until !== undefined && answer !== 'keep') {
    throw new DecisionRejected('only keep has an end; remove is final until the range is published again');
  }
  if (ranges) {
    const held = setsOf(hold.prefixes);
    const named = setsOf(ranges);
    if (!families.every((f) => held[f].covers(named[f]))) {
      throw new DecisionRejected(
        `hold ${hold.id} does not hold all of ${ranges.join(', ')}: it holds ${hold.prefixes.join(', ')}`,
      );
    }
  }
  return {
    ...common,
    kind: 'answer',
    hold: hold.id,
    answer,
    ...(until === undefined ? {} : { until: endAhead(until, now) }),
    ...(ranges === undefined ? {} : { ranges }),
  };
}

/** The word for this kind of hold. Of a gain `keep` and `remove` count as before: `keep` lets it in. */
function answerTo({ id, kind, of }: HoldView, given: HoldAnswer): HoldAnswer {
  const [stays, changes] = answersTo(kind);
  if (given === stays || given === changes) return given;
  if (kind === 'gain') return given === 'keep' ? changes : stays;
  const what = 'tag' in of ? `ranges that ${of.tag} lost` : `what the list of ${of.target} gave up`;
  throw new DecisionRejected(
    `expected keep or remove for hold ${id}, which is about ${what}, got ${given}: \`keep\` leaves them allowed, \`remove\` takes them out`,
  );
}

/** The end in the one form that is stored. Throws DecisionRejected unless it is in the future. */
function endAhead(until: string, now: Date): string {
  const end = readMoment(until);
  if (end === undefined) throw new DecisionRejected(`expected a time such as 2031-01-31T12:00:00Z, got "${until}"`);
  if (end <= now.toISOString())
    throw new DecisionRejected(`${until} has passed already; now it is ${now.toISOString()}`);
  return end;
}

/**
 * Why a decision cannot be withdrawn, with what to do instead; undefined if it can. Withdrawing puts the state back to where
 * it was asked, as far as that has not been carried out in a way that only another decision undoes.
 */
async function whyNotWithdrawn(
  context: Pick<RunContext, 'ledgers' | 'targetRecords'>,
  { decisions, active }: DecisionState,
  id: string,
): Promise<string | undefined> {
  const decision = decisions.find((one) => one.id === id);
  if (!decision) return `there is no decision ${id}: \`changes\` and the notices name them`;
  if (active.withdrawn.has(id)) return `decision ${id} is withdrawn already`;
  const expired = `decision ${id} is done, expired or replaced by a later one: there is nothing left of it to withdraw`;
  switch (decision.kind) {
    case 'approve':
      return [...active.approvals, ...active.incomplete].some((one) => one.decision.id === id) ? undefined : expired;
    case 'decline':
      return active.declinedParts.some((one) => one.id === id) ? undefined : expired;
    // Who may resume or unpin is not who may answer.
    case 'pause':
      return `${id} is a pause: \`resume\` ends it`;
    case 'pin':
      return `${id} is a pin: \`unpin\` ends it`;
    case 'answer':
      return (await isAnswerLeft(context, decisions, decision)) ? undefined : expired;
    case 'accept-publication':
      return (await context.ledgers.current())?.ledger.source?.wordsTaken.includes(id)
        ? `the file is in force since decision ${id}: to go back to the one before, pin that publication`
        : undefined;
    case 'resume':
      return 'a resume cannot be withdrawn: pause again';
    case 'unpin':
      return 'an unpin cannot be withdrawn: pin again';
    case 'withdraw':
    case 'done':
      return `${id} records that a decision was ${decision.kind === 'done' ? 'carried out' : 'withdrawn'}: decide again instead`;
  }
}

/** Whether an answer still has an effect: no run applied it yet, the ledger has its traces, or its hold of a target is open. */
async function isAnswerLeft(
  context: Pick<RunContext, 'ledgers' | 'targetRecords'>,
  decisions: readonly Decision[],
  { id, hold }: Decision & { readonly kind: 'answer' },
): Promise<boolean> {
  const ledger = (await context.ledgers.current())?.ledger;
  if (ledger && answersLike(decisions, id).some((one) => withdrawAnswer(ledger, one) !== undefined)) return true;
  const open = [...(ledger?.tags.values() ?? [])].some(({ holds }) => holds.some((one) => one.id === hold));
  if (open && !ledger?.answered?.includes(id)) return true;
  return (await context.targetRecords.all()).some(({ holds }) => holds.some((one) => one.id === hold));
}

/** How many runs back a publication to pin is looked for. */
const maxRuns = 1_000;

/** The ledger of the newest run by a publication: a page of runs in short is asked for at once, and the run itself alone is read. */
async function ledgerInForceAt({ runs }: Pick<RunContext, 'runs'>, changeNumber: number): Promise<string | undefined> {
  let before: number | undefined;
  for (let looked = 0; looked < maxRuns; ) {
    const page = await runs.page(100, before);
    for (const { run } of page.runs.filter(({ publication }) => publication?.changeNumber === changeNumber)) {
      const name = (await runs.get(run, () => []))?.intent.ledgerAfter;
      if (name !== undefined) return name;
    }
    if (page.next === undefined) return undefined;
    looked += page.runs.length;
    before = page.next;
  }
  return undefined;
}
