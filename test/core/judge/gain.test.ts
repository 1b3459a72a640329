import { describe, expect, it } from 'vitest';
import { Judging, type Tags } from '../../support/history.ts';

const base = Array.from({ length: 8 }, (_, i) => `20.1.${i * 2}.0/24`);
const region = 'Storage.WestUS';

describe('a gain', () => {
  const cases: readonly { name: string; after: Tags; rule: string | undefined; waits: string[]; goes: string[] }[] = [
    {
      name: 'goes out at once',
      after: { [region]: [...base, '20.8.0.0/20'] },
      rule: undefined,
      waits: [],
      goes: ['20.8.0.0/20'],
    },
    {
      name: 'of private space waits',
      after: { [region]: ['10.1.0.0/24', ...base, '20.8.0.0/24'] },
      rule: 'reserved-range',
      waits: ['10.1.0.0/24'],
      goes: ['20.8.0.0/24'],
    },
    {
      name: 'of half the Internet waits',
      after: { [region]: ['128.0.0.0/1', ...base] },
      rule: 'broad-prefix',
      waits: ['128.0.0.0/1'],
      goes: [],
    },
    {
      name: 'of ten times the tag waits',
      after: { [region]: [...base, '20.64.0.0/18', '20.65.0.0/18'] },
      rule: 'sudden-growth',
      waits: ['20.64.0.0/18', '20.65.0.0/18'],
      goes: [],
    },
    {
      name: 'of many times a tiny tag goes: few addresses',
      after: { [region]: [...base, '20.64.0.0/20'] },
      rule: undefined,
      waits: [],
      goes: ['20.64.0.0/20'],
    },
    {
      name: "of another region's ranges waits",
      after: { [region]: [...base, '20.2.0.0/24'], 'Storage.EastUS': ['20.2.0.0/24'] },
      rule: 'other-region',
      waits: ['20.2.0.0/24'],
      goes: [],
    },
    {
      name: 'of a service it shared nothing with waits',
      after: { [region]: [...base, '20.7.0.0/24'], Sql: ['20.7.0.0/23'] },
      rule: 'other-service',
      waits: ['20.7.0.0/24'],
      goes: [],
    },
    {
      name: 'of a service it shares ranges with goes',
      after: { [region]: [...base, '20.7.0.0/24'], Files: ['20.1.0.0/24', '20.7.0.0/24'] },
      rule: undefined,
      waits: [],
      goes: ['20.7.0.0/24'],
    },
    {
      name: 'that the global tag has as well goes',
      after: { [region]: [...base, '20.6.0.0/24'], Storage: ['20.6.0.0/24'] },
      rule: undefined,
      waits: [],
      goes: ['20.6.0.0/24'],
    },
  ];
  it.each(cases)('$name', ({ after, rule, waits, goes }) => {
    const judging = new Judging();
    const east = { 'Storage.EastUS': ['20.2.0.0/24'] };
    const withGlobal = (tags: Tags): Tags => ({ ...tags, Storage: [...new Set(Object.values(tags).flat())] });
    judging.publish(0, withGlobal({ [region]: base, ...east }));
    judging.publish(7, withGlobal({ ...east, ...after }));
    const hold = judging.ledger.tags.get(region)?.holds[0];
    expect(hold?.questions.map((question) => question.rule)).toEqual(
      rule === undefined ? undefined : expect.arrayContaining([rule]),
    );
    expect(hold?.held.ipv4.toPrefixes() ?? []).toEqual(waits);
    const effective = judging.effective(region).toPrefixes();
    for (const prefix of goes) expect(effective).toContain(prefix);
    for (const prefix of waits) expect(effective).not.toContain(prefix);
    for (const prefix of base) expect(effective).toContain(prefix);
  });

  it('that was held is not asked about again, and its hold ends when it is published no more', () => {
    const judging = new Judging();
    judging.publish(0, { [region]: base });
    judging.publish(7, { [region]: ['10.1.0.0/24', ...base] });
    const again = judging.publish(14, { [region]: ['10.1.0.0/24', ...base] });
    expect(again.events.map(({ kind }) => kind)).toEqual(['hold-reminder']);
    const gone = judging.publish(21, { [region]: base });
    expect(gone.events).toContainEqual(expect.objectContaining({ kind: 'hold-ended', how: 'withdrawn' }));
    expect(gone.events.filter(({ kind }) => kind === 'hold-opened')).toEqual([]);
    expect(judging.ledger.tags.get(region)?.holds).toEqual([]);
  });

  it('of a tag seen for the first time is held where it is private', () => {
    const judging = new Judging();
    judging.publish(0, { [region]: ['192.168.0.0/16', ...base] });
    expect(judging.effective(region).toPrefixes()).toEqual(base);
  });

  it('after a fault is no alarm: what was kept and returns is no gain', () => {
    const judging = new Judging();
    const large = Array.from({ length: 64 }, (_, i) => `20.3.${i * 2}.0/24`);
    judging.publish(0, { [region]: large });
    judging.publish(7, { [region]: large.slice(0, 2) });
    const back = judging.publish(14, { [region]: large });
    expect(back.events.filter(({ kind }) => kind === 'hold-opened')).toEqual([]);
  });
});
