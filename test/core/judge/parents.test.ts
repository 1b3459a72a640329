import { describe, expect, it } from 'vitest';
import { union } from '../../../src/core/address/sets.ts';
import type { Hold } from '../../../src/core/judge/ledger.ts';
import { defaultPolicy } from '../../../src/core/judge/policy.ts';
import { Judging, type Tags } from '../../support/history.ts';

const tag = 'Storage.WestUS';
const cloud = 'AzureCloud.westus';
const own = Array.from({ length: 20 }, (_, i) => `20.1.${i * 2}.0/24`);
const six = Array.from({ length: 4 }, (_, i) => `2603:1000:${i * 2 + 1}::/48`);
const all = [...own, ...six];
const east = ['20.3.0.0/24', '20.3.2.0/24'];

/** A file in which the regional tag has these, and its parents all of it, unless they are given. */
function file(
  regional: readonly string[] | undefined,
  parents: { global?: readonly string[]; region?: readonly string[] } = {},
): Tags {
  return {
    ...(regional ? { [tag]: regional } : {}),
    'Storage.EastUS': east,
    // Another service names the region when the tag itself is gone.
    'Sql.WestUS': ['20.9.0.0/24'],
    Sql: ['20.9.0.0/24'],
    Storage: [...new Set([...(parents.global ?? regional ?? []), ...east])],
    [cloud]: [...new Set([...(parents.region ?? regional ?? []), '20.9.0.0/24'])],
    'AzureCloud.eastus': east,
  };
}

function judgedAfter(...files: readonly Tags[]): Judging {
  const judging = new Judging();
  judging.publish(0, file(all));
  for (const [i, tags] of files.entries()) judging.publish(7 + i * 7, tags);
  return judging;
}

const holdsOf = (judging: Judging): readonly Hold[] => judging.ledger.tags.get(tag)?.holds ?? [];
const asked = (judging: Judging) => holdsOf(judging).flatMap(({ questions }) => questions.map(({ rule }) => rule));
const allowed = (judging: Judging) => judging.effective(tag).toPrefixes();
const half = own.slice(0, 10);

describe('a gain outside of its parents is held', () => {
  const stranger = '8.8.8.0/24';
  const gained = [...own, stranger, ...six];
  it.each([
    ['in neither', { global: all, region: all }],
    ['in the global tag alone', { global: gained, region: all }],
    ['in AzureCloud of the region alone', { global: all, region: gained }],
  ])('%s', (_, parents) => {
    const judging = judgedAfter(file(gained, parents));
    expect(asked(judging)).toEqual(['outside-parents']);
    expect(allowed(judging)).not.toContain(stranger);
  });

  it('and one that is in both goes out at once', () => {
    const judging = judgedAfter(file(gained));
    expect(asked(judging)).toEqual([]);
    expect(allowed(judging)).toContain(stranger);
  });

  it('where there is no AzureCloud of the region, the global tag alone decides', () => {
    const judging = new Judging();
    const without = (regional: readonly string[], global: readonly string[]) => {
      const { [cloud]: _, ...rest } = file(regional, { global });
      return rest;
    };
    judging.publish(0, without(all, all));
    judging.publish(7, without([...own, '20.1.100.0/24', stranger, ...six], [...own, '20.1.100.0/24', ...six]));
    expect(allowed(judging)).toContain('20.1.100.0/24');
    expect(allowed(judging)).not.toContain(stranger);
  });

  it('also where AzureCloud, which contains its regions, does not have what one of them has', () => {
    const withAzure = (tags: Tags, azure: readonly string[]): Tags => ({
      ...tags,
      AzureCloud: [...azure, ...east, '20.9.0.0/24'],
    });
    const judging = new Judging();
    judging.publish(0, withAzure(file(all), all));
    judging.publish(7, withAzure(file(gained), all));
    expect(asked(judging)).toEqual(['outside-parents']);
    expect(allowed(judging)).toEqual(own);
  });

  it('until a file has it in both: then it goes in, and that is told', () => {
    const judging = judgedAfter(file(gained, { global: gained, region: all }));
    const { events } = judging.publish(14, file(gained));
    expect(allowed(judging)).toContain(stranger);
    expect(holdsOf(judging)).toEqual([]);
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'hold-ended', of: 'gain', how: 'released', prefixes: [stranger] }),
    );
  });

  it('and stays held while they lack it, however large it is beside the tag', () => {
    const large = ['8.8.0.0/20'];
    // Each file says something else of the region, so that each is judged.
    const files = Array.from({ length: 5 }, (_, i) =>
      file([...large, ...all], { global: [...large, ...all], region: [...all, `20.200.${i}.0/24`] }),
    );
    const judging = judgedAfter(...files);
    expect(allowed(judging)).toEqual(own);
  });

  it.each(['Storage', cloud])('also while a parent is missing from the file as a whole: %s', (missing) => {
    const judging = new Judging();
    const without = (tags: Tags): Tags => Object.fromEntries(Object.entries(tags).filter(([name]) => name !== missing));
    judging.publish(0, file(all));
    for (let day = 7; day < 200; day += 7) judging.publish(day, without(file(gained)));
    expect(allowed(judging)).toEqual(own);
    expect(asked(judging)).toEqual(['outside-parents']);
    judging.publish(210, file(gained));
    expect(allowed(judging)).toContain(stranger);
  });

  it('and holds nothing that is in both, however much else the file adds', () => {
    const foreign = ['8.8.0.0/20'];
    const honest = '20.1.100.0/24';
    const judging = judgedAfter(
      file([...foreign, ...own, honest, ...six], { global: [...all, honest], region: [...all, honest] }),
    );
    expect(allowed(judging)).toEqual([...own, honest]);
  });

  it('also after both parents were damaged for weeks, when they do not contain the tag any more', () => {
    const damaged = { global: [...half, ...six], region: [...half, ...six] };
    const judging = judgedAfter(file(all, damaged), file(all, damaged), file(gained, damaged), file(gained, damaged));
    expect(allowed(judging)).toEqual(own);
    expect(asked(judging)).toEqual(['outside-parents']);
  });

  it('also at first contact, where other regions of thirty have a stranger as well', () => {
    const regions = Array.from({ length: 60 }, (_, i) => `Region${i}`);
    const tags: Record<string, string[]> = { Storage: [] };
    for (const [i, region] of regions.entries()) {
      const prefix = `20.5.${i * 2}.0/24`;
      tags[`Storage.${region}`] = i < 2 ? [`9.9.${i * 2}.0/24`, prefix] : [prefix];
      tags[`AzureCloud.${region.toLowerCase()}`] = [prefix];
      tags.Storage?.push(prefix);
    }
    const judging = new Judging();
    judging.publish(0, tags);
    expect(judging.effective('Storage.Region0').toPrefixes()).toEqual(['20.5.0.0/24']);
    expect(judging.effective('Storage.Region9').toPrefixes()).toEqual(['20.5.18.0/24']);
  });

  it('but never where another rule speaks against it', () => {
    const own10 = [...own, '10.1.0.0/24', ...six];
    const judging = judgedAfter(file(['10.1.0.0/24', ...all], { global: all, region: all }));
    judging.publish(14, file(own10));
    expect(allowed(judging)).not.toContain('10.1.0.0/24');
  });

  it('also of a family that the tag did not have', () => {
    const judging = new Judging();
    judging.publish(0, file(six, { global: six, region: six }));
    judging.publish(7, file(['8.0.0.0/8', ...six], { global: six, region: six }));
    expect(allowed(judging)).toEqual([]);
    expect(asked(judging)).toContain('outside-parents');
  });

  it('also of a tag that appears, and at first contact', () => {
    const later = new Judging();
    const { [tag]: _, ...without } = file(all);
    later.publish(0, without);
    later.publish(7, file([stranger, ...half, ...six], { global: all, region: all }));
    expect(allowed(later)).toEqual(half);
    const first = new Judging();
    first.publish(0, file([stranger, ...all], { global: all, region: all }));
    expect(allowed(first)).toEqual(own);
  });

  it('but not by a parent that never contained the tag', () => {
    const judging = new Judging();
    const elsewhere = { 'AzureCloud.eastus': ['20.200.0.0/24'] };
    judging.publish(0, { ...file(all, { region: half }), ...elsewhere });
    judging.publish(7, { ...file([...own, '20.1.100.0/24', ...six], { region: half }), ...elsewhere });
    expect(allowed(judging)).toContain('20.1.100.0/24');
  });

  it('unless the policy of the tag lets parents not count', () => {
    const judging = new Judging({ policy: { ...defaultPolicy, tags: { [tag]: { parentsCount: false } } } });
    judging.publish(0, file(all));
    judging.publish(7, file(gained, { global: all, region: all }));
    expect(allowed(judging)).toContain(stranger);
  });
});

describe("another region's ranges are held", () => {
  const [moved = ''] = east;
  const both = [...own, moved, ...six];
  it('also when the other region no longer has them in this file, where no AzureCloud of a region speaks', () => {
    const without = (tags: Tags): Tags =>
      Object.fromEntries(Object.entries(tags).filter(([name]) => !/^AzureCloud/.test(name)));
    const judging = new Judging();
    judging.publish(0, without(file(all)));
    judging.publish(7, without({ ...file(both), 'Storage.EastUS': east.slice(1) }));
    expect(asked(judging)).toEqual(['other-region']);
    expect(allowed(judging)).not.toContain(moved);
  });

  it('unless AzureCloud of the region has them now', () => {
    const judging = judgedAfter({ ...file(both), 'Storage.EastUS': east.slice(1), 'AzureCloud.eastus': east.slice(1) });
    expect(asked(judging)).toEqual([]);
    expect(allowed(judging)).toContain(moved);
  });
});

describe('a loss that a person would be asked about', () => {
  it('is kept without a question and without a clock while both parents have all of it', () => {
    const judging = new Judging();
    judging.publish(0, file(all));
    const { events } = judging.publish(7, file([...half, ...six], { global: all, region: all }));
    expect(events.filter(({ kind }) => kind === 'hold-opened')).toMatchObject([{ questions: [], settled: 'kept' }]);
    for (let day = 14; day <= 700; day += 7)
      judging.publish(day, file([...half, ...six], { global: all, region: all }));
    expect(allowed(judging)).toEqual(own);
    expect(asked(judging)).toEqual([]);
  });

  it('is kept by them also while a large stranger is kept out of the tag', () => {
    const large = '8.8.0.0/20';
    const parents = { global: all, region: all };
    const judging = judgedAfter(file([large, ...all], parents), file([large, ...half, ...six], parents));
    expect(asked(judging)).toEqual(['outside-parents']);
    expect(allowed(judging)).toEqual(own);
  });

  it('is told once when it is kept, and once when it heals', () => {
    const judging = new Judging();
    judging.publish(0, file(all));
    const bad = file([...half, ...six], { global: all, region: all });
    const told = [7, 14].flatMap((day) => judging.publish(day, bad).events);
    told.push(...judging.publish(21, file(all)).events);
    expect(told.filter(({ kind }) => kind.startsWith('hold-')).map(({ kind }) => kind)).toEqual([
      'hold-opened',
      'hold-ended',
    ]);
  });

  it('is asked about where its parents disagree', () => {
    expect(asked(judgedAfter(file([...half, ...six], { global: all, region: half })))).toContain('lost-share');
    expect(asked(judgedAfter(file([...half, ...six], { global: half, region: all })))).toContain('lost-share');
  });

  it('is asked about where it is gone everywhere and more than a quarter of the tag; the question ends after 42 days and 3 files', () => {
    const less = [...half, ...six];
    const judging = judgedAfter(file(less), file(less), file(less));
    expect(asked(judging)).toContain('lost-share');
    judging.wait(48);
    expect(allowed(judging)).toEqual(own);
    const { events } = judging.wait(49);
    expect(allowed(judging)).toEqual(half);
    expect(events).toMatchObject([
      { kind: 'hold-ended', how: 'released', by: expect.stringContaining('from its parents as well') },
    ]);
  });

  it('goes by the clock, unasked, where it is gone everywhere and less than that', () => {
    const less = [...own.slice(4), ...six];
    const judging = judgedAfter(file(less), file(less), file(less));
    expect(asked(judging)).toEqual([]);
    judging.wait(48);
    expect(allowed(judging)).toEqual(own);
    judging.wait(49);
    expect(allowed(judging)).toEqual(own.slice(4));
  });

  it('is asked about again when a parent that kept it drops it, and is settled when that has it again', () => {
    const less = [...half, ...six];
    const judging = judgedAfter(file(less, { global: all, region: all }));
    expect(asked(judging)).toEqual([]);
    const opened = judging.publish(14, file(less, { global: all }));
    expect(asked(judging)).toContain('lost-share');
    expect(opened.events).toContainEqual(expect.objectContaining({ kind: 'hold-opened' }));
    const settled = judging.publish(21, file(less, { global: all, region: all }));
    expect(asked(judging)).toEqual([]);
    expect(settled.events).toContainEqual(expect.objectContaining({ kind: 'hold-settled', how: 'kept' }));
  });

  it('counts with what else left its parents in the same season: a tag that melts away everywhere is asked about', () => {
    const judging = new Judging();
    judging.publish(0, file(all));
    const files = Array.from({ length: 28 }, (_, week) => file([...own.slice(Math.min(week + 1, 8) * 2), ...six]));
    const events = files.flatMap((tags, week) => judging.publish((week + 1) * 7, tags).events);
    const askedEver = new Set(
      events.flatMap((e) => (e.kind === 'hold-opened' && e.questions.length > 0 ? [e.hold] : [])),
    );
    const quietly = judging.ledger.tags.get(tag)?.releases.filter(({ hold }) => !askedEver.has(hold)) ?? [];
    expect(allowed(judging)).toEqual(own.slice(16));
    expect(union(quietly.map(({ prefixes }) => prefixes)).ipv4.count).toBeLessThanOrEqual((20n * 256n) / 4n);
  });

  it('counts its 42 days anew where a parent has it again in between', () => {
    const less = [...own.slice(4), ...six];
    const judging = judgedAfter(
      file(less),
      file(less),
      file(less, { region: all }),
      file(less),
      file(less),
      file(less),
    );
    judging.wait(69);
    expect(allowed(judging)).toEqual(own);
    judging.wait(70);
    expect(allowed(judging)).toEqual(own.slice(4));
  });

  it('of the whole tag is kept by its global tag where the whole region is gone from the file', () => {
    const judging = new Judging();
    judging.publish(0, file(all));
    const { [cloud]: _, 'Sql.WestUS': __, ...gone } = file(undefined, { global: all });
    for (let day = 7; day < 400; day += 7) judging.publish(day, gone);
    expect(asked(judging)).toEqual([]);
    expect(allowed(judging)).toEqual(own);
  });
});

it('a question about a tag that its parents never contained does not end by itself, also after the tag is gone', () => {
  const judging = new Judging();
  const gone = { [cloud]: ['20.200.0.0/24'], 'Sql.WestUS': ['20.9.0.0/24'] };
  judging.publish(0, { [tag]: own.slice(0, 1), ...gone });
  for (let day = 7; day < 200; day += 7) judging.publish(day, gone);
  expect(asked(judging)).toEqual(['tag-vanished']);
  expect(allowed(judging)).toEqual(own.slice(0, 1));
});

describe('a small loss', () => {
  const less = [...own.slice(1), ...six];
  it('is never released by the clock while AzureCloud of the region has it', () => {
    const judging = new Judging();
    judging.publish(0, file(all));
    for (let day = 7; day <= 700; day += 7) judging.publish(day, file(less, { region: all }));
    expect(allowed(judging)).toEqual(own);
    for (const day of [707, 714, 721]) judging.publish(day, file(less));
    judging.wait(748);
    expect(allowed(judging)).toEqual(own);
    judging.wait(749);
    expect(allowed(judging)).toEqual(own.slice(1));
  });

  it('is released after 90 days where only the global tag has it', () => {
    const judging = new Judging();
    judging.publish(0, file(all));
    for (let day = 7; day <= 91; day += 7) judging.publish(day, file(less, { global: all }));
    judging.wait(96);
    expect(allowed(judging)).toEqual(own);
    judging.wait(97);
    expect(allowed(judging)).toEqual(own.slice(1));
  });
});

describe('what concerns no list of a target', () => {
  const watched = (families: readonly ('ipv4' | 'ipv6')[]) => new Map([[tag, families]]);
  const noSix = file(own, { global: all });

  it('is neither asked nor told, and is told when a list holds it', () => {
    const judging = new Judging();
    judging.publish(0, file(all));
    const quiet = judging.publish(7, noSix, {}, watched(['ipv4']));
    expect(quiet.events.filter((event) => event.kind === 'hold-opened' && event.tag === tag)).toEqual([]);
    expect(asked(judging)).toEqual([]);
    const noticed = judging.wait(8, { watch: watched(['ipv4', 'ipv6']) });
    expect(noticed.events).toMatchObject([{ kind: 'hold-opened', questions: [{ rule: 'lost-family' }] }]);
  });

  it('ends by itself', () => {
    const judging = new Judging();
    judging.publish(0, file(all));
    for (const day of [7, 14, 21]) judging.publish(day, noSix, {}, watched(['ipv4']));
    judging.wait(97, { watch: watched(['ipv4']) });
    expect(holdsOf(judging)).toEqual([]);
  });

  it('of nine lost prefixes, five of one family are nobody-asked where only that family is held', () => {
    const many6 = Array.from({ length: 60 }, (_, i) => `2603:1000:${i * 2 + 1}::/48`);
    const many4 = Array.from({ length: 60 }, (_, i) => `20.1.${i * 2}.0/24`);
    const judging = new Judging();
    judging.publish(0, { [tag]: [...many4, ...many6] });
    const lossy = { [tag]: [...many4.slice(5), ...many6.slice(5)] };
    judging.publish(7, lossy, {}, watched(['ipv4']));
    expect(asked(judging)).toEqual([]);
    judging.wait(8, { watch: watched(['ipv4', 'ipv6']) });
    expect(asked(judging)).toEqual(['lost-prefixes']);
  });
});

it('reminds of what is still open, rarer and rarer, and says when it is silent from then on', () => {
  const judging = judgedAfter(file([...half, ...six], { global: all, region: half }));
  judging.publish(14, file([...own.slice(0, 15), ...six], { global: all, region: own.slice(0, 15) }));
  const told = Array.from({ length: 400 }, (_, i) => judging.wait(15 + i)).flatMap(({ events }) => events);
  const reminders = told.flatMap((event) => (event.kind === 'hold-reminder' && event.tag === tag ? [event] : []));
  expect(reminders).toHaveLength(7);
  expect(reminders[0]).toMatchObject({ prefixes: own.slice(15), asked: 10 });
  expect(reminders.map(({ last }) => last === true)).toEqual([...Array(6).fill(false), true]);
});
