import { describe, expect, it } from 'vitest';
import type { Hold } from '../../../src/core/judge/ledger.ts';
import { Judging, type Tags } from '../../support/history.ts';

const tag = 'Storage.WestUS';
const cloud = 'AzureCloud.westus';
const own = Array.from({ length: 40 }, (_, i) => `20.1.${i * 2}.0/24`);
const east = ['20.3.0.0/24', '20.3.2.0/24'];
const first = own.slice(1);

interface Around {
  readonly global?: readonly string[];
  readonly region?: readonly string[];
}

/** A file in which the regional tag has these, and its parents all of it, unless they are given. */
function file(regional: readonly string[], { global = regional, region = regional }: Around = {}): Tags {
  return {
    [tag]: regional,
    'Storage.EastUS': east,
    Storage: [...global, ...east],
    [cloud]: region,
    'AzureCloud.eastus': east,
  };
}

function without(tags: Tags, name: string): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([one]) => one !== name));
}

/** Shows a file each week, from one day to another. */
function weekly(judging: Judging, from: number, to: number, tags: Tags): string[] {
  const kinds: string[] = [];
  for (let day = from; day <= to; day += 7) kinds.push(...judging.publish(day, tags).events.map(({ kind }) => kind));
  return kinds;
}

const holdsOf = (judging: Judging): readonly Hold[] => judging.ledger.tags.get(tag)?.holds ?? [];
const asked = (judging: Judging) => holdsOf(judging).flatMap(({ questions }) => questions.map(({ rule }) => rule));
const allowed = (judging: Judging) => judging.effective(tag);

describe('AzureCloud of a region that cannot be believed', () => {
  it.each([
    ['is missing', without(file(first), cloud)],
    ['lacks most of what the tag has', file(first, { region: own.slice(20) })],
  ])('confirms no loss while it %s', (_, faulty) => {
    const judging = new Judging();
    judging.publish(0, file(own));
    weekly(judging, 7, 105, faulty);
    expect(allowed(judging).count).toBe(40n * 256n);
    // From here on the file says that it is gone.
    weekly(judging, 112, 147, file(first));
    expect(allowed(judging).count).toBe(40n * 256n);
    weekly(judging, 154, 154, file(first));
    expect(allowed(judging).count).toBe(39n * 256n);
  });

  it('confirms no loss while it is set aside', () => {
    const judging = new Judging();
    judging.publish(0, file(own));
    judging.publish(7, file(own, { region: first }));
    const setAside = new Map([[cloud, []]]);
    for (let day = 14; day <= 105; day += 7) judging.publish(day, file(first), {}, undefined, { setAside });
    expect(allowed(judging).count).toBe(40n * 256n);
  });

  it('confirms a loss where it was never relied on', () => {
    const judging = new Judging();
    const never = (tags: readonly string[]) => ({
      ...file(tags, { region: own.slice(30) }),
      'AzureCloud.eastus': ['20.3.0.0/24'],
    });
    judging.publish(0, never(own));
    weekly(judging, 7, 49, never(first));
    expect(allowed(judging).count).toBe(39n * 256n);
  });
});

describe('losses that were small one by one', () => {
  /** One prefix in 18 (not the limit of a season) goes every hundred days, and AzureCloud of the region has all of them still. */
  function melted(): Judging {
    const judging = new Judging();
    judging.publish(0, file(own));
    for (const [i, left] of [37, 34, 31, 28].entries()) {
      const some = own.slice(40 - left);
      weekly(judging, 7 + i * 105, 7 + (i + 1) * 105 - 7, file(some, { global: some, region: own }));
    }
    expect(asked(judging)).toEqual([]);
    expect(allowed(judging).count).toBe(40n * 256n);
    return judging;
  }

  it('do not leave together without a question', () => {
    const judging = melted();
    const gone = file(own.slice(12));
    weekly(judging, 427, 427 + 35, gone);
    expect(allowed(judging).count).toBe(40n * 256n);
    const kinds = weekly(judging, 427 + 42, 427 + 42, gone);
    expect(kinds.filter((kind) => kind.startsWith('hold-'))).toEqual(Array(4).fill('hold-opened'));
    expect(asked(judging)).toEqual(Array(4).fill('lost-share'));
    expect(holdsOf(judging)[0]?.questions[0]?.text).toContain('3,072 of 10,240 IPv4 addresses (30.0 %) would leave');
    expect(allowed(judging).count).toBe(40n * 256n);
  });

  it('and the question stays open as long as every other', () => {
    const judging = melted();
    const gone = file(own.slice(12));
    weekly(judging, 427, 427 + 77, gone);
    expect(allowed(judging).count).toBe(40n * 256n);
    weekly(judging, 427 + 84, 427 + 84, gone);
    expect(allowed(judging).count).toBe(28n * 256n);
  });
});

describe('a gain that was held for its place', () => {
  it('is no smaller once it stands in the right one', () => {
    const judging = new Judging();
    judging.publish(0, file(own));
    const more = [...own, '20.40.0.0/19'];
    judging.publish(7, file(more, { global: own, region: own }));
    expect(asked(judging)).toEqual(['outside-parents']);
    judging.publish(14, file(more));
    expect(asked(judging)).toEqual(['outside-parents', 'sudden-growth']);
    judging.publish(21, file(more));
    expect(asked(judging)).toEqual(['outside-parents', 'sudden-growth']);
    expect(allowed(judging).count).toBe(40n * 256n);
  });
});

it('a ledger without absences begins to count them with the next file, whether or not anything changed', () => {
  const judging = new Judging();
  judging.publish(0, file(own));
  weekly(judging, 7, 14, file(first));
  const tags = new Map([...judging.ledger.tags].map(([name, { absences: _, parentsSeen: __, ...row }]) => [name, row]));
  judging.ledger = { ...judging.ledger, tags };
  weekly(judging, 21, 56, file(first));
  expect(allowed(judging).count).toBe(40n * 256n);
  weekly(judging, 63, 63, file(first));
  expect(allowed(judging).count).toBe(39n * 256n);
});

describe('a row from before it was kept which parents were relied on', () => {
  const more = [...own, '20.1.200.0/24'];

  /** A tag that was in its parents for two files, in a ledger of before. */
  function upgraded(): Judging {
    const judging = new Judging();
    weekly(judging, 0, 7, file(own));
    const tags = new Map([...judging.ledger.tags].map(([name, { parentsSeen: _, ...row }]) => [name, row]));
    judging.ledger = { ...judging.ledger, tags };
    return judging;
  }

  it.each([
    ['in the file with its first change', 14],
    ['in a file without a change, and in the one with its first', 21],
  ])('misses AzureCloud of its region %s', (_, day) => {
    const judging = upgraded();
    weekly(judging, 14, day - 7, without(file(own), cloud));
    judging.publish(day, without(file(more), cloud));
    expect(asked(judging)).toEqual(['outside-parents']);
    expect(allowed(judging).count).toBe(40n * 256n);
  });

  it('asks nothing where its parents are there', () => {
    const judging = upgraded();
    weekly(judging, 14, 14, file(own));
    weekly(judging, 21, 21, file(more));
    expect(holdsOf(judging)).toEqual([]);
    expect(allowed(judging).count).toBe(41n * 256n);
  });
});

it('judging again at the same time says nothing more, also of what is left of a hold', () => {
  const six = ['2603:1000:1::/48', '2603:1000:3::/48', '2603:1000:5::/48', '2603:1000:7::/48'];
  const all = [...own, ...six];
  const left = own.slice(20);
  const judging = new Judging();
  judging.publish(0, file(all));
  // The IPv4 ranges are gone from both parents, the IPv6 ones stay in AzureCloud of the region.
  for (let day = 7; day <= 105; day += 7) {
    judging.publish(day, file(left, { region: [...left, ...six] }));
    const { ledger } = judging;
    expect(judging.wait(day).events).toEqual([]);
    expect(judging.ledger).toEqual(ledger);
  }
});

it('a gain says what the file lacks, and no more', () => {
  const stranger = '8.8.8.0/24';
  const why = (faulty: Tags) => {
    const judging = new Judging();
    judging.publish(0, file(own));
    judging.publish(7, faulty);
    return holdsOf(judging).flatMap(({ questions }) => questions.map(({ text }) => text))[0];
  };
  const more = [...own, stranger];
  expect(why(file(more, { region: own }))).toBe(
    `${stranger} is not in AzureCloud of WestUS of the same file; nearly everything else of ${tag} is`,
  );
  expect(why(without(file(more), cloud))).toBe(
    `${stranger} cannot be confirmed: the same file has no AzureCloud of WestUS any more`,
  );
  expect(why(without(file(more, { global: own }), cloud))).toBe(
    `${stranger} is not in the global tag Storage of the same file, which has no AzureCloud of WestUS any more`,
  );
});
