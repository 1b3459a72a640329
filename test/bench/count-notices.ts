import type { Config } from '../../src/config/config.ts';
import { knownKinds } from '../../src/config/load.ts';
import { byFamily } from '../../src/core/address/family.ts';
import { emptySets, prefixesOf, type Sets, subtract } from '../../src/core/address/sets.ts';
import type { DomainEvent } from '../../src/core/event.ts';
import type { Notice } from '../../src/core/notice.ts';
import { desiredOf } from '../../src/core/plan/selection.ts';
import { noticesOf } from '../../src/messages/notices.ts';
import { replayFolder } from '../../src/replay/folder.ts';
import type { Judged } from '../../src/replay/replay.ts';
import { subjectOf } from '../../src/replay/subject.ts';
import { limitsOf } from '../../src/run/judge-publication.ts';
import { selectLists } from '../../src/run/lists.ts';

interface CountedNotices {
  /** Publications accepted, and the whole weeks from the first to the last. */
  readonly accepted: number;
  readonly weeks: number;
  /** All of them, in order. */
  readonly notices: readonly Notice[];
}

interface CountInput {
  /** Folder of publications. */
  readonly folder: string;
  readonly config: Config;
  /** Answers every question this many days after it came, knowing what comes; undefined: nobody answers. */
  readonly hindsightDays?: number;
  /** Called for every judgement that leads to a notice, with the events that it is made of. */
  readonly onEvents?: (now: Date, events: readonly DomainEvent[]) => void;
}

/**
 * The notices a config would have led to over a folder of publications: the very judge and the very words of the
 * service, one run a day, and targets that never fail and that nobody else touches.
 */
export async function countNotices({ folder, config, hindsightDays, onEvents }: CountInput): Promise<CountedNotices> {
  const notices: Notice[] = [];
  const held = new Map<string, Sets>();
  let first: Date | undefined;
  let last: Date | undefined;
  const onJudged = ({ now, ledger, events, accepted }: Judged): void => {
    const all: DomainEvent[] = [...events];
    if (accepted) {
      first ??= now;
      last = now;
    }
    const { accepted: newest } = ledger;
    const { selections } = selectLists(config, ledger, now);
    for (const [target, { list, mode, kind }] of Object.entries(config.targets)) {
      const selection = selections.get(list);
      if (!selection || mode === 'report-only') continue;
      const before = held.get(target) ?? emptySets;
      const fits = knownKinds.targets.find((one) => one.kind === kind)?.families ?? [];
      const desired = desiredOf(selection, ledger).entries;
      const prefixes = byFamily((f) => (fits.includes(f) ? desired[f] : emptySets[f]));
      const after = mode === 'sync' ? prefixes : byFamily((f) => prefixes[f].union(before[f]));
      const added = prefixesOf(subtract(after, before));
      const removed = prefixesOf(subtract(before, after));
      held.set(target, after);
      if (added.length + removed.length > 0) all.push({ kind: 'target-changed', target, added, removed });
    }
    const told = noticesOf(all, {
      at: now.toISOString(),
      ...(newest ? { publication: newest } : {}),
      lists: config.lists,
      targets: config.targets,
    });
    if (told.length > 0) onEvents?.(now, all);
    notices.push(...told);
  };
  const { accepted } = await replayFolder({
    folder,
    cloud: config.cloud,
    policy: config.policy,
    limits: limitsOf(config),
    subject: subjectOf(config, new Map()),
    onJudged,
    ...(hindsightDays === undefined ? {} : { hindsightDays }),
  });
  const weeks = first && last ? Math.floor((last.getTime() - first.getTime()) / (7 * 86_400_000)) + 1 : 0;
  return { accepted, weeks, notices };
}
