import type { RemovalRisk } from './plan/ticket-facts.ts';
import type { OutcomeError, Reason } from './reason.ts';
import type { SourceEvent } from './source-event.ts';

/** What happened, typed, without words: `src/messages` has those. Plain data; addresses are decimal strings. */
export type DomainEvent =
  | SourceEvent
  | ConfigEvent
  | RegistryEvent
  | {
      readonly kind: 'tag-changed';
      readonly tag: string;
      readonly changeNumber: number;
      readonly gained: readonly string[];
      readonly lost: readonly string[];
      /** Changes of the tag in between that no publication here had: files were missed. */
      readonly missed?: number;
    }
  | { readonly kind: 'tag-vanished' | 'tag-returned'; readonly tag: string; readonly changeNumber: number }
  | {
      readonly kind: 'hold-opened';
      readonly hold: string;
      readonly tag: string;
      readonly of: 'loss' | 'gain';
      readonly changeNumber: number;
      readonly prefixes: readonly string[];
      readonly addresses: { readonly ipv4: string; readonly ipv6: string };
      readonly questions: readonly Reason[];
      /** Nothing is asked: its parents keep it, or the clock releases it. Absent in older events, where no question means the clock. */
      readonly settled?: 'kept' | 'clock';
      /** Of a loss: IPv4 addresses the tag allowed before, and how many of the lost ones each parent still has. */
      readonly before?: string;
      readonly underGlobal?: string;
      readonly underRegion?: string;
      /** Of a kept loss: the parents that have all of what people hold of it, in both families. Absent in older events. */
      readonly keptBy?: readonly ('global' | 'region')[];
    }
  | {
      /** The parents of a tag answer a question about its loss, or answer it in another way than before. */
      readonly kind: 'hold-settled';
      readonly hold: string;
      readonly tag: string;
      readonly how: 'kept' | 'clock';
      readonly prefixes: readonly string[];
      /** How many questions this ends. */
      readonly questions: number;
    }
  | {
      /** A part of what is held came back (loss) or is no longer published (gain); the rest stays held. */
      readonly kind: 'hold-shrunk';
      readonly hold: string;
      readonly tag: string;
      readonly of: 'loss' | 'gain';
      /** What left the hold, and what stays in it. */
      readonly prefixes: readonly string[];
      readonly left: readonly string[];
    }
  | {
      readonly kind: 'hold-ended';
      readonly hold: string;
      readonly tag: string;
      readonly of: 'loss' | 'gain';
      readonly how: 'returned' | 'released' | 'withdrawn';
      readonly prefixes: readonly string[];
      readonly by: string;
    }
  | {
      readonly kind: 'target-changed';
      readonly target: string;
      readonly added: readonly string[];
      readonly removed: readonly string[];
      /** How long before Azure may use what a publication announced; absent if nothing of that was added. */
      readonly inTime?: InTime;
    }
  | {
      readonly kind: 'target-failed';
      readonly target: string;
      readonly text: string;
      /** What kinds of failure there were, each once; absent if none is known. */
      readonly errors?: readonly OutcomeError[];
      readonly missing: readonly string[];
      /** By when what is missing must be there; absent if no publication announced it lately. */
      readonly inTime?: InTime;
    }
  | {
      readonly kind: 'target-refused';
      readonly target: string;
      readonly reasons: readonly Reason[];
      /** A part of the change is refused, and the rest goes on. */
      readonly inPart?: true;
    }
  | {
      /** A pause or a pin began or ended; told once each. */
      readonly kind: 'control-changed';
      readonly control: 'pause' | 'pin';
      readonly begins: boolean;
      /** Absent: everything. */
      readonly target?: string;
      readonly by: string;
      readonly why: string;
      readonly until?: string;
      /** Of a pin. */
      readonly changeNumber?: number;
    }
  | {
      /** A target that we wrote to left the config; told once. */
      readonly kind: 'target-orphaned';
      readonly target: string;
    }
  | {
      /** A question without an answer yet. */
      readonly kind: 'hold-reminder';
      readonly hold: string;
      readonly tag: string;
      readonly of: 'loss' | 'gain';
      readonly since: string;
      /** What is still open. */
      readonly prefixes: readonly string[];
      /** Of so many ranges that were asked about; absent in events from before that was told. */
      readonly asked?: number;
      readonly questions: readonly Reason[];
      /** No reminder comes after this one. */
      readonly last?: true;
    }
  | {
      /** A part that waits for a person still. */
      readonly kind: 'target-reminder';
      readonly target: string;
      readonly part: string;
      readonly direction: 'add' | 'remove';
      readonly ranges: readonly string[];
      readonly reasons: readonly Reason[];
      /** Of a part that takes ranges out: what the publication says of them. */
      readonly risks?: readonly RemovalRisk[];
      readonly since: string;
      /** No reminder comes after this one. */
      readonly last?: true;
    }
  | {
      /** A part of a plan is newly kept back; told once a part. */
      readonly kind: 'target-waits';
      readonly target: string;
      readonly part: string;
      readonly direction: 'add' | 'remove';
      readonly ranges: readonly string[];
      readonly reasons: readonly Reason[];
      /** Of a part that takes ranges out: what the publication says of them. */
      readonly risks?: readonly RemovalRisk[];
    }
  | {
      readonly kind: 'target-drift';
      readonly target: string;
      readonly added: readonly string[];
      readonly removed: readonly string[];
      /** Everything of ours was gone and is put back, however often that happened before. */
      readonly whole?: true;
      /** Units that lost our mark and nothing else: it is put back. */
      readonly unmarked?: readonly string[];
    }
  | {
      /** Entries in a target that others wrote came, went or changed; told once each. */
      readonly kind: 'foreign-entries';
      readonly target: string;
      /** How many are there now. */
      readonly count: number;
      /** The first of those that came. */
      readonly entries: readonly string[];
      /** How many came; absent in events from before that was told. */
      readonly came?: number;
      /** The first of those that went. */
      readonly gone?: readonly string[];
      /** Those that let in more than the list, where the mode of the target forbids to take them out. */
      readonly broad?: readonly { readonly entry: string; readonly addresses?: string }[];
    }
  | {
      /** Others changed a list that they write too in the seconds in which this service wrote it. */
      readonly kind: 'changed-meanwhile';
      readonly target: string;
      /** Entries of theirs, raw, that came and went. */
      readonly came: readonly string[];
      readonly gone: readonly string[];
      /** Their write undid ours, which was made again. */
      readonly undone?: true;
    }
  | {
      /** A firewall that should pull its list and does not; told once a state. */
      readonly kind: 'device-does-not-pull';
      readonly target: string;
      readonly feed: string;
      readonly device: string;
      /** Its last pull, or when there was first something to pull, ISO 8601. */
      readonly since: string;
      /** What it has: what is served now, something older, or nothing at all. */
      readonly has: 'current' | 'old' | 'nothing';
      /** Most hours between two pulls. */
      readonly pullEvery: number;
      /** When its credentials were last refused since then, ISO 8601. */
      readonly refusedAt?: string;
    }
  | {
      /** A target that passes 80 % of the entries it can hold; told once. */
      readonly kind: 'target-near-limit';
      readonly target: string;
      readonly entries: number;
      readonly room: number;
    }
  | {
      /** A stored record that this service cannot have written was set aside: damaged, or without its seal. Once for each. */
      readonly kind: 'record-set-aside';
      readonly record: 'decision' | 'run' | 'state';
      /** Where it is and what is wrong. */
      readonly text: string;
    }
  | {
      /** A stored record that every run needs cannot be read: no run is made. Once. */
      readonly kind: 'record-stops-runs';
      readonly text: string;
    }
  | {
      /** Messages of another service come to this one: both have the same queues. Once for each. */
      readonly kind: 'queues-shared';
      /** Its instance and cloud, `acme/Public`. */
      readonly other: string;
    }
  | {
      /** A channel that takes no notices; told on the other ones. */
      readonly kind: 'channel-down';
      readonly channel: string;
      /** ISO 8601. */
      readonly since: string;
      readonly text: string;
    };

/** The soonest deadline of some announced addresses. */
export interface InTime {
  readonly changeNumber: number;
  /** ISO 8601 time from which on Azure may use them. */
  readonly earliest: string;
  /** What was left to it when this happened, in milliseconds; negative once it has passed. */
  readonly leftMs: number;
}

/** What happened to the config of the service. */
type ConfigEvent = {
  /** A config that was given cannot be used; the last good one stays in force. Once per bad content. */
  readonly kind: 'config-refused';
  /** Where it came from: a file, a setting, a blob. */
  readonly from: string;
  /** sha256 of its content. */
  readonly digest: string;
  /** Everything that is wrong with it, one a line. */
  readonly text: string;
  /** configHash() of the one in force, and since when it is, ISO 8601. */
  readonly inForce: string;
  readonly inForceSince: string;
};

/** What happened to a registry of the config. */
export type RegistryEvent =
  | {
      /** It cannot be read any more; told once, until it can be again. */
      readonly kind: 'registry-unreadable';
      readonly registry: string;
      readonly text: string;
      /** ISO 8601: since when it had said what stays in force; absent if it was never read. */
      readonly saysSince?: string;
    }
  | { readonly kind: 'registry-readable'; readonly registry: string; readonly since: string }
  | {
      /** It came to regions, or left them. */
      readonly kind: 'registry-changed';
      readonly registry: string;
      readonly regionsAdded: readonly string[];
      readonly regionsRemoved: readonly string[];
      readonly dataEndpoints: readonly string[];
    }
  | {
      /** It is in regions that no tag is named for: their addresses are in no list. */
      readonly kind: 'registry-without-tag';
      readonly registry: string;
      readonly regions: readonly string[];
    };
