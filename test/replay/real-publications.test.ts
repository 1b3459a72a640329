import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ByFamily, byFamily, families } from '../../src/core/address/family.ts';
import { PrefixSet } from '../../src/core/address/prefix-set.ts';
import { emptySets, type Sets, subtract } from '../../src/core/address/sets.ts';
import { effectiveOf } from '../../src/core/judge/ledger.ts';
import { defaultPolicy } from '../../src/core/judge/policy.ts';
import { readFilesToReplay, tagNamesIn } from '../../src/replay/folder.ts';
import { isBroken } from '../../src/replay/published.ts';
import { type Judged, type Replayed, replay } from '../../src/replay/replay.ts';
import { everyRegionalTag } from '../../src/replay/subject.ts';
import { copyingPolicies } from '../bench/copying-policies.ts';
import { absent, havePublications, publicationsFolder } from '../support/real-publications.ts';

const dayMs = 86_400_000;
/** The clock that ours is compared with, and the time within which a return counts. */
const plainDays = 90;
const nothing = { ipv4: 0, ipv6: '0' };

/** What of each tag is published and effective, on days on which that changed. */
interface State {
  readonly day: number;
  readonly published: Sets;
  readonly effective: Sets;
}

class States {
  readonly byTag = new Map<string, State[]>();
  #origin: number | undefined;
  end = 0;

  take({ now, ledger }: Judged): void {
    this.#origin ??= now.getTime();
    const day = Math.round((now.getTime() - this.#origin) / dayMs);
    this.end = day;
    for (const row of ledger.tags.values()) {
      const states = this.byTag.get(row.tag) ?? [];
      this.byTag.set(row.tag, states);
      const state = { day, published: row.published, effective: effectiveOf(row) };
      const last = states.at(-1);
      const same = families.every(
        (f) => last?.published[f].equals(state.published[f]) && last.effective[f].equals(state.effective[f]),
      );
      if (!same) states.push(state);
    }
  }
}

/** Address-days beyond publication if each range stayed for exactly so many days after its last file. */
function plainClock(states: readonly State[], end: number, days: number): ByFamily<bigint> {
  const sum = { ipv4: 0n, ipv6: 0n };
  for (const [i, { day, published }] of states.entries()) {
    const next = states[i + 1];
    if (!next) continue;
    let lost = subtract(published, next.published);
    let at = next.day;
    const until = Math.min(at + days, end);
    for (const later of [...states.slice(i + 2), { day: Number.POSITIVE_INFINITY, published: emptySets }]) {
      const to = Math.min(later.day, until);
      for (const f of families) sum[f] += lost[f].count * BigInt(Math.max(to - at, 0));
      if (to === until) break;
      at = to;
      lost = subtract(lost, later.published);
    }
    if (day > end) throw new Error('a state after the end');
  }
  return sum;
}

describe.skipIf(!havePublications)(`real publications${havePublications ? '' : ` (${absent})`}`, () => {
  let tags: readonly string[];
  let never: Replayed;
  let hindsight: Replayed;
  const states = new States();

  beforeAll(async () => {
    const folder = publicationsFolder();
    const files = await readFilesToReplay({ folder, cloud: 'Public' });
    expect(files.filter(isBroken)).toEqual([]);
    const { watch } = everyRegionalTag.watched(tagNamesIn(files));
    tags = [...watch.keys()];
    const input = { cloud: 'Public', policy: defaultPolicy, files, watch } as const;
    never = replay({ ...input, compared: copyingPolicies() });
    hindsight = replay({ ...input, hindsightDays: 3, onJudged: (judged) => states.take(judged) });
  }, 300_000);

  it('are all accepted', () => {
    const files = readdirSync(publicationsFolder()).filter((file) => /^ServiceTags_Public_\d{8}\.json$/.test(file));
    expect(never).toMatchObject({ accepted: files.length, refused: [] });
  });

  it('leave nothing missing, nor remove what comes back, and ask in at most 3 % of weeks', () => {
    for (const { policies } of [never, hindsight]) {
      expect(policies['service-tag-sync']).toMatchObject({
        addressDaysMissing: nothing,
        addressesRemovedThatCameBack: nothing,
      });
      expect(policies['service-tag-sync']?.weeksAsked).toBeLessThanOrEqual((states.end / 7) * 0.03);
    }
    expect(never.policies.blind?.addressesRemovedThatCameBack.ipv4).toBeGreaterThan(0);
  });

  it('with somebody who answers, let every range go within 91 days of its loss, unless it returns', () => {
    const late: string[] = [];
    for (const [tag, all] of states.byTag) {
      for (const [i, { published }] of all.entries()) {
        const loss = all[i + 1];
        if (!loss || loss.day + 91 > states.end) continue;
        const lost = subtract(published, loss.published);
        const ever = byFamily((f) =>
          PrefixSet.unionOf(
            f,
            all.slice(i + 1).map((state) => state.published[f]),
          ),
        );
        const then = all.findLast(({ day }) => day <= loss.day + 91)?.effective ?? emptySets;
        for (const f of families) {
          const left = lost[f].subtract(ever[f]).intersect(then[f]);
          if (!left.isEmpty) late.push(`${tag} lost on day ${loss.day}: ${left.toPrefixes().join(', ')}`);
        }
      }
    }
    expect(late).toEqual([]);
  });

  it('are then kept beyond publication no longer than by a plain clock of 90 days', () => {
    const plain = { ipv4: 0n, ipv6: 0n };
    for (const tag of tags) {
      const sum = plainClock(states.byTag.get(tag) ?? [], states.end, plainDays);
      for (const f of families) plain[f] += sum[f];
    }
    const ours = hindsight.policies['service-tag-sync']?.addressDaysBeyondPublication;
    expect(plain.ipv4).toBeGreaterThan(0n);
    expect(BigInt(ours?.ipv4 ?? -1)).toBeLessThanOrEqual(plain.ipv4);
    expect(BigInt(ours?.ipv6 ?? -1)).toBeLessThanOrEqual(plain.ipv6);
  });
});
