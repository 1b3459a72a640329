import type { OutcomeError } from './reason.ts';

/**
 * How much a notice asks of its reader, least first.
 * - `ok`: something happened and nothing is asked.
 * - `info`: worth knowing; nothing is asked.
 * - `needs-you`: waits for a person.
 * - `failed`: something that should have happened did not.
 */
export const severities = ['ok', 'info', 'needs-you', 'failed'] as const;
export type Severity = (typeof severities)[number];

/**
 * What notices are about, for filters.
 * - `changed`: addresses went in or out, and where they are now.
 * - `question`: a loss or gain that only a person decides; `kept`: a loss that waits for the clock; `hold-ended`.
 * - `waits`, `refused`: a part of a target, or all of it, is not written.
 * - `failed`: a target was not brought up to date. `drift`: one was changed by others.
 * - `limit`: a target fills up. `deadline`: time runs out for announced addresses. `device`: one does not pull its list.
 * - `control`: a pause or a pin began or ended.
 * - `source`: publications do not come, or not as they should. `registry`: one cannot be read, or moved.
 * - `channel`: a channel takes no notices. `test`: on request.
 * - `digest`: several of the others in one.
 */
export const noticeKinds = [
  'changed',
  'question',
  'kept',
  'hold-ended',
  'waits',
  'refused',
  'failed',
  'drift',
  'limit',
  'deadline',
  'source',
  'control',
  'device',
  'channel',
  'registry',
  'test',
  'digest',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** A notice: its text, and what a channel filters by. Plain data. */
export interface Notice {
  /** Distinct within the run, or other occasion, that it comes from. */
  readonly key: string;
  readonly kind: NoticeKind;
  readonly severity: Severity;
  /** How soon, in a word or two; beside `needs-you` and `failed`. */
  readonly qualifier?: string;
  /** One line: what happened, and whether anything is needed of the reader. */
  readonly headline: string;
  /** Sentences, one or a few a line. */
  readonly lines: readonly string[];
  /** When it happened, ISO 8601. */
  readonly at: string;
  /** The run it comes from; absent if none. */
  readonly run?: string;
  /** What it touches, in names of the config; empty: no one in particular. */
  readonly lists: readonly string[];
  readonly targets: readonly string[];
  /** Whom it reaches; absent if no one in particular, and in notices of before. */
  readonly affected?: Affected;
  /** Where it leads, what is asked first; absent where no address is known, and in notices of before. */
  readonly links?: readonly NoticeLink[];
  /** Its entry in docs/runbook.md, without the `#`; absent in notices of before. */
  readonly runbook?: string;
  /** The ranges it speaks of, for a ticket. */
  readonly ranges: readonly NoticeRanges[];
  /** Of failures, what kind they are, by target; absent if it tells of none. */
  readonly errors?: readonly NoticeError[];
  /** What its news is about, such as `hold:<id>`: a later notice that `ends` all of it makes this one old. */
  readonly about: readonly string[];
  readonly ends: readonly string[];
}

/** Whom a tag, a target or a notice reaches, as far as config and storage tell. */
export interface Affected {
  readonly lists: readonly string[];
  readonly targets: readonly {
    readonly target: string;
    readonly kind: string;
    /** Names of the firewalls, policies and groups behind it; none where only Azure knows which use it. */
    readonly firewalls: readonly string[];
  }[];
  readonly registries: readonly string[];
}

/**
 * What a link of a notice leads to.
 * - `answer`: the page that shows what an answer would do, and asks for it. No link does something by itself.
 * - `page`: what the notice is about. `ticket`: the change, for a board. `run`: the run it comes from.
 * - `resource`: a resource in the portal of Azure. `runbook`: what it means, and what to do.
 */
export interface NoticeLink {
  readonly rel: 'answer' | 'page' | 'ticket' | 'run' | 'resource' | 'runbook';
  /** A few words, for a button. */
  readonly title: string;
  /** Never with a secret in it. */
  readonly url: string;
}

export interface NoticeError extends OutcomeError {
  readonly target: string;
}

export interface NoticeRanges {
  /** Target or tag. */
  readonly of: string;
  /** A loss is held: it stays allowed. A suspicious gain is kept out. */
  readonly what:
    | 'added'
    | 'removed'
    | 'missing'
    | 'waits to be added'
    | 'waits to be removed'
    | 'held'
    | 'no longer held'
    | 'kept out'
    | 'no longer kept out';
  /** CIDR prefixes. */
  readonly prefixes: readonly string[];
}
