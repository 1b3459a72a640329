import { dayMs, readMoment } from '../calendar.ts';
import { hiddenIn } from '../visible-text.ts';
import type { Actor, HoldAnswer } from './decision.ts';
import { longestPinDays } from './decision.ts';
import { isObjectId, isProven, isSamePerson } from './person.ts';
import { longestTicket, ticketPattern } from './ticket-pattern.ts';

/** What a decision needs before it counts. Absent: nothing of the kind. */
export interface ApprovalRules {
  readonly ticket?: {
    /** Regular expression that the whole ticket must match; a decision without one has the empty text. */
    readonly pattern: string;
    /** A ticket that matches, for messages. */
    readonly example?: string;
  };
  /** Object ids of groups or names of roles; the person must have one of them. */
  readonly groups?: readonly string[];
  /** Who lets a change through must not be who asked for it; where that is not on record, two people have to. */
  readonly notWhoAsked?: boolean;
  /** How many people must let a change through; absent: one. */
  readonly approvers?: number;
}

/** Stands for a ticket in commands to copy: an example would count as a ticket if it were left as it is. */
export function ticketPlaceholder({ example }: NonNullable<ApprovalRules['ticket']>): string {
  return `<${example === undefined ? 'ticket' : `such as ${example}`}>`;
}

/** A decision to record, as far as it is checked here. */
export interface DecisionInQuestion {
  readonly kind:
    | 'answer'
    | 'answer-publication'
    | 'approve'
    | 'decline'
    | 'withdraw'
    | 'pause'
    | 'resume'
    | 'pin'
    | 'unpin'
    | 'accept-publication';
  readonly answer?: HoldAnswer;
  /** As entered; readMoment() reads it. */
  readonly until?: string;
}

/** Who decides, and why. */
export interface DecidedBy {
  readonly by: Actor;
  readonly why: string;
  readonly ticket?: string;
}

export interface DecisionRules {
  readonly answers: ApprovalRules;
  /** Whether the decision lets a change through: an approval, an accepted file, a loss that goes, a gain that comes. */
  readonly letsThrough: boolean;
  /** Who asked for the change that the decision is about. */
  readonly asked: AskedBy;
  /** Who decided the same before, where several people have to. */
  readonly earlier: readonly Actor[];
  readonly now: Date;
}

/** Who asked for a change: who ran it, who edited the config, who answered the hold. What Azure published has no such person. */
export interface AskedBy {
  readonly persons: readonly Actor[];
  /** Some of it was asked for by a person who is not on record. */
  readonly unknown: boolean;
}

/** How many people must let a change through before it counts. */
export function peopleToDecide({ approvers = 1, notWhoAsked = false }: ApprovalRules, asked: AskedBy): number {
  const hidden = asked.unknown || asked.persons.some((person) => !isProven(person));
  // Of two people who are told apart, one at least did not ask for it.
  return Math.max(approvers, notWhoAsked && hidden ? 2 : 1);
}

/**
 * Why a decision is not recorded, with what to do; undefined if it may be. `pause` and `withdraw` need a reason and nothing
 * else: anyone who sees harm must be able to stop it at once.
 */
export function whyNotDecided(request: DecisionInQuestion, meta: DecidedBy, rules: DecisionRules): string | undefined {
  const stops = request.kind === 'pause' || request.kind === 'withdraw';
  return (
    whyNot(meta) ??
    hiddenNot(meta) ??
    untilNot(request, rules.now) ??
    (stops ? undefined : (ticketNot(meta, rules.answers) ?? groupsNot(meta.by, rules.answers))) ??
    (rules.letsThrough ? personNot(meta.by, rules) : undefined)
  );
}

function whyNot({ why }: DecidedBy): string | undefined {
  return why.trim() === ''
    ? 'expected a reason (`why`), got none: give the reason in a few words, for later readers'
    : undefined;
}

/** Here, so that every way to decide has it: what is recorded is shown to the people who decide next. */
function hiddenNot({ why, ticket, by }: DecidedBy): string | undefined {
  for (const [what, text = ''] of Object.entries({
    'a reason (`why`)': why,
    'a ticket': ticket,
    'a name (`by`)': by.name,
  })) {
    const sign = hiddenIn(text);
    if (sign === undefined) continue;
    return `expected ${what} without control characters and marks of direction, got one with ${sign}: type it again as plain text`;
  }
  return undefined;
}

function untilNot(request: DecisionInQuestion, now: Date): string | undefined {
  const { kind, until } = request;
  const keeps = kind === 'decline' || request.answer === 'keep';
  if (until === undefined) {
    return kind === 'pin'
      ? `expected an end (\`until\`) for the pin, got none: name a date at most ${longestPinDays} days ahead`
      : undefined;
  }
  if (!keeps && kind !== 'pin' && kind !== 'pause') {
    const what = request.answer === undefined ? kind : `${kind} ${request.answer}`;
    return `expected no end (\`until\`) with ${what}, got ${quoted(until)}: only keep, pause and pin take one; leave it out`;
  }
  const end = readMoment(until);
  if (end === undefined) {
    return `expected an end (\`until\`) such as 2031-01-31 or 2031-01-31T12:00:00Z, got ${quoted(until)}: write it in that form, a time with its offset`;
  }
  const ahead = Date.parse(end) - now.getTime();
  if (ahead <= 0) {
    return `expected an end (\`until\`) after now, ${now.toISOString()}, got ${quoted(until)}, which is past (a date ends as it begins, in UTC): name a later one`;
  }
  if (kind === 'pin' && ahead > longestPinDays * dayMs) {
    const latest = new Date(now.getTime() + longestPinDays * dayMs).toISOString();
    return `expected an end (\`until\`) of the pin at most ${longestPinDays} days ahead, got ${quoted(until)}: the latest is ${latest}; pin again if it must be longer`;
  }
  return undefined;
}

function ticketNot({ ticket = '' }: DecidedBy, { ticket: wanted }: ApprovalRules): string | undefined {
  if (ticket.length > longestTicket) {
    return `expected a ticket of at most ${longestTicket} characters, got ${ticket.length}: give its number, and the rest as the reason`;
  }
  const isPlaceholder = /^<.*>$/s.test(ticket);
  if (!isPlaceholder && (!wanted || ticketPattern(wanted.pattern).test(ticket))) return undefined;
  if (!wanted)
    return `expected a ticket, got the placeholder ${quoted(ticket)}: put the number of this change in its place`;
  const example = wanted.example === undefined ? '' : `, such as ${wanted.example}`;
  const got = ticket === '' ? 'none' : quoted(ticket);
  return `expected a ticket that matches ${wanted.pattern}${example}, got ${got}: give the ticket of this change, \`--ticket "${ticketPlaceholder(wanted)}"\` (\`answers.ticket\` asks for it)`;
}

function groupsNot(by: Actor, { groups = [] }: ApprovalRules): string | undefined {
  if (groups.length === 0) return undefined;
  const wanted = `expected a person with one of the groups or roles ${groups.join(', ')}`;
  if (by.how !== 'token') {
    const got = by.how === 'key' ? `the bare function key ${quoted(by.name)}` : `the typed name ${quoted(by.name)}`;
    return `${wanted}, got ${got}, which proves no membership: ${signIn} (\`answers.groups\` asks for it)`;
  }
  const own = new Set(by.groups?.map(comparable));
  if (groups.some((group) => own.has(comparable(group)))) return undefined;
  const got = own.size === 0 ? 'a sign-in without any' : `${own.size} others`;
  return `${wanted}, got ${by.name} with ${got}: ask a member to answer; if ${by.name} is one, the sign-in's token lacks the claim (\`groups\` or \`roles\` of the app registration)`;
}

/** How a decision gets a person behind it: where the service knows sign-ins, over its API. */
const signIn =
  'sign in with Entra (`az login`) and say it again over the API, with `--url https://<app> --scope api://<client id>/.default`; a service on one machine knows no sign-in, so leave that rule out of its config';

/** Object ids are the same in either case; names of roles are not. */
function comparable(group: string): string {
  return isObjectId(group) ? group.toLowerCase() : group;
}

/** Why this person may not let the change through: it cannot be told who it is, or it takes another one. */
function personNot(by: Actor, { answers, asked, earlier }: DecisionRules): string | undefined {
  const needed = peopleToDecide(answers, asked);
  if (needed <= 1 && !answers.notWhoAsked) return undefined;
  const rule = answers.notWhoAsked ? '`answers.notWhoAsked`' : '`answers.approvers`';
  if (needed > 1 && by.how !== 'token') {
    const why = (answers.approvers ?? 1) > 1 ? '' : `, since ${hiddenAsker(asked)}`;
    return `expected ${needed} people who can be told apart${why}, got ${quoted(by.name)}, which does not come from a sign-in: ${signIn} (${rule} asks for it)`;
  }
  if (earlier.some((other) => isSamePerson(by, other))) {
    return `expected ${needed} people, got ${by.name}, who decided the same before: have another person say it, who finds the command with \`todo\` (${rule} asks for it)`;
  }
  if (!answers.notWhoAsked) return undefined;
  const wanted = 'expected a person other than the one who requested the change';
  const [known] = asked.persons.filter(isProven);
  if (known !== undefined && by.how !== 'token') {
    return `${wanted} (${known.name}), got ${by.name}: the two cannot be told apart, since ${quoted(by.name)} does not come from a sign-in; ${signIn} (${rule} asks for it)`;
  }
  return asked.persons.some((person) => isSamePerson(by, person))
    ? `${wanted}, got ${by.name}, who asked for it: have another person say it, who finds the command with \`todo\` (${rule} asks for it)`
    : undefined;
}

/** Why nobody can be told apart from who asked: by name, where one was given. */
function hiddenAsker({ persons, unknown }: AskedBy): string {
  const typed = persons.filter((person) => !isProven(person)).map(({ name }) => quoted(name));
  const named = `who asked for this change, ${typed.join(', ')}, did not sign in and may be anyone`;
  const missing =
    'who asked for this change is not on record: the config that asks for it names no author (`SERVICE_TAG_SYNC_CONFIG_AUTHOR`), or its plan is no longer kept';
  return typed.length === 0 ? missing : unknown ? `${named}; another who asked is not on record` : named;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
