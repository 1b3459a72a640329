import type { Watch } from '../judge/watch.ts';
import type { SourceEvent } from '../source-event.ts';
import { formatIssue, issueTexts } from './issue-list.ts';
import type { ParsedPublication, Publication } from './publication.ts';

/** How many set-aside tags that no list selects an event names. */
const maxSetAsideNamed = 20;

/** The event of a publication that comes into force. */
export type AcceptedEvent = SourceEvent & { readonly kind: 'publication-accepted' };

interface Coming extends ParsedPublication {
  /** The tags that an operator accepted alone; absent if it was accepted whole. */
  readonly onlyTags?: readonly string[];
}

/**
 * What is told of a publication that comes into force after `last`: with the tags that were set aside, those that targets
 * hold first. The service and replay say it by this one function.
 * @param watch what the lists of targets hold.
 * @param by the operator who accepted it; absent if the rules did.
 */
export function acceptedEvent(
  { publication, setAside, stale = [], unnamed, onlyTags }: Coming,
  last: Publication | undefined,
  watch: Watch,
  by?: string,
): AcceptedEvent {
  const { file, changeNumber, valuesDigest, digest } = publication;
  const tags = [...(setAside ?? [])].map(([tag, [issue]]) => ({
    tag,
    why: issue ? formatIssue(issue) : 'its content cannot be told',
    selected: (watch.get(tag)?.length ?? 0) > 0,
    ...(stale.includes(tag) ? { stale: true as const } : {}),
  }));
  const [selected, others] = [tags.filter((one) => one.selected), tags.filter((one) => !one.selected)];
  const named = [...selected, ...others.slice(0, maxSetAsideNamed)];
  return {
    kind: 'publication-accepted',
    file,
    changeNumber,
    identical: !onlyTags && !setAside && last?.valuesDigest === valuesDigest,
    ...(by === undefined ? {} : { by }),
    ...(onlyTags === undefined ? {} : { onlyTags }),
    ...(unnamed === undefined ? {} : { unnamed: issueTexts(unnamed) }),
    ...(tags.length === 0 ? {} : { setAside: named, setAsideCount: tags.length, digest }),
  };
}
