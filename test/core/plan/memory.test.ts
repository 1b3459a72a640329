import { describe, expect, it } from 'vitest';
import type { ApproveDecision } from '../../../src/core/decisions/decision.ts';
import { entriesOf, textsOf } from '../../../src/core/plan/entries.ts';
import { plainMemory } from '../../../src/core/plan/memory.ts';
import { digestUnit } from '../../../src/core/plan/ownership.ts';
import { noControl } from '../../../src/core/plan/plan-input.ts';
import { rulesOf, TargetBox } from '../../support/target-box.ts';

const region = 'Storage.WestUS';
const cloud = 'AzureCloud.westus';
const first = ['20.0.0.0/24', '20.0.2.0/24'];
/** 131,072 addresses: an edit that brings them in is asked about. */
const big = ['20.64.0.0/15'];

const grantsOf = (box: TargetBox) =>
  box.memory === undefined
    ? []
    : plainMemory(box.memory).grants.map(({ entries, cause, run, found }) => ({ entries, cause, run, found }));

function approval(ranges: readonly string[], direction: 'add' | 'remove' = 'add') {
  const decision: ApproveDecision = {
    kind: 'approve',
    id: 'd-1',
    at: '2024-01-20T12:00:00.000Z',
    by: { name: 'on call', how: 'claimed' },
    why: 'a test',
    part: 'p',
    target: 'hub',
    direction,
    ranges,
    expires: '2024-02-20T12:00:00.000Z',
  };
  return { ...noControl, approvals: [{ decision, covers: entriesOf(ranges) }] };
}

function started(): TargetBox {
  const box = new TargetBox();
  // The other tag is published all along: what is new to a list is not new to Azure.
  box.publish(0, { [region]: first, [cloud]: big });
  box.run();
  return box;
}

describe('what a target remembers', () => {
  it('has each range with its cause, its run and its time', () => {
    const box = started();
    box.publish(7, { [region]: [...first, '20.0.4.0/24'] });
    box.run();
    const changeNumber = box.judging.ledger.accepted?.changeNumber;
    expect(grantsOf(box)).toEqual([
      { entries: first, cause: { kind: 'first contact' }, run: 'run-1', found: undefined },
      {
        entries: ['20.0.4.0/24'],
        cause: { kind: 'publication', changeNumber, tag: region },
        run: 'run-2',
        found: undefined,
      },
    ]);
    expect(box.memory?.grants.map(({ since }) => since)).toEqual([
      '2024-01-02T12:00:00.000Z',
      '2024-01-09T12:00:00.000Z',
    ]);
  });

  it('names the publication that brought a range, not the one in force when it was written at last', () => {
    const box = started();
    box.publish(7, { [region]: [...first, '20.0.4.0/24'] });
    const announced = box.judging.ledger.accepted?.changeNumber;
    box.run(() => true);
    box.publish(14, { [region]: [...first, '20.0.4.0/24', '20.0.6.0/24'] });
    box.run();
    const causes = grantsOf(box).map(({ entries, cause }) => [entries, 'changeNumber' in cause && cause.changeNumber]);
    expect(causes.slice(1)).toEqual([
      [['20.0.4.0/24'], announced],
      [['20.0.6.0/24'], (announced ?? 0) + 1],
    ]);
  });

  it('is as it was after a write that failed, and after a plan that waits', () => {
    const box = started();
    const before = box.memory && plainMemory(box.memory);
    box.publish(7, { [region]: [...first, '20.0.4.0/24'] });
    box.run(() => true);
    expect(box.memory && plainMemory(box.memory)).toEqual(before);
    box.always = big;
    box.run(() => true);
    expect(box.memory && plainMemory(box.memory)).toEqual(before);
  });

  it('names the decision that let a range in', () => {
    const box = started();
    box.always = big;
    expect(rulesOf(box.run())).toEqual(['config-growth']);
    box.control = approval(big);
    const ref = { id: 'd-1', by: 'on call', at: '2024-01-20T12:00:00.000Z', why: 'a test', ticket: 'CHG-7' };
    box.decisions = new Map([['d-1', ref]]);
    box.run();
    expect(box.memory?.grants.at(-1)).toMatchObject({ cause: { kind: 'config', config: 'hash' }, decisions: [ref] });
  });

  it('keeps the cause of what drifted and was put right', () => {
    const box = started();
    const before = grantsOf(box);
    box.meddle((entries) => entries.slice(1));
    const plan = box.run();
    expect(plan.parts[0]?.steps[0]?.cause).toEqual({ kind: 'drift' });
    expect(grantsOf(box)).toEqual(before);
    expect(box.memory?.drift).toMatchObject([{ ranges: ['20.0.0.0/24'], times: 1 }]);
  });

  it('forgets what is not wanted any more once others took it out', () => {
    const box = started();
    box.tags = [];
    box.always = ['20.0.2.0/24'];
    expect(rulesOf(box.run())).toEqual(['config-clock']);
    box.meddle((entries) => entries.filter((entry) => entry !== '20.0.0.0/24'));
    expect(rulesOf(box.run())).toEqual([]);
    expect(box.memory && textsOf(entriesOf(grantsOf(box).flatMap(({ entries }) => entries)))).toEqual(['20.0.2.0/24']);
    expect(box.memory?.holds).toEqual([]);
  });

  it('takes over what others put in ahead of it, and says that it was found', () => {
    const box = started();
    box.publish(7, { [region]: [...first, '20.0.4.0/24'] });
    box.meddle((entries) => [...entries, '20.0.4.0/24']);
    expect(box.run().changes).toEqual([]);
    expect(grantsOf(box).at(-1)).toMatchObject({ entries: ['20.0.4.0/24'], found: true });
  });

  it('does not take over what waits, although others put it in: it is told as foreign', () => {
    const box = started();
    box.always = big;
    box.meddle((entries) => [...entries, ...big]);
    const plan = box.run();
    expect(plan.foreign).toEqual([{ unit: 'g-1', entry: '20.64.0.0/15' }]);
    expect(grantsOf(box)).toHaveLength(1);
    // No longer wanted, it is left to whoever put it there.
    box.always = [];
    expect(box.run().changes).toEqual([]);
    expect(box.live.units[0]?.entries).toContain('20.64.0.0/15');
  });
});

describe('what waits', () => {
  it('waits in every run, whatever else is published or edited, until its ranges change', () => {
    const box = started();
    box.tags = [region, cloud];
    box.publish(7, { [region]: first, [cloud]: big });
    const [part] = box.run().parts;
    for (const day of [8, 9, 10]) {
      box.publish(day, { [region]: [...first, `20.0.${day * 2}.0/24`], [cloud]: big });
      const plan = box.run();
      expect(rulesOf(plan), `day ${day}`).toEqual(['go', 'config-growth']);
      expect(plan.parts[1]?.id, `day ${day}`).toBe(part?.id);
    }
    box.publish(20, { [region]: first, [cloud]: [...big, '20.80.0.0/24'] });
    const grown = box.run().parts.filter(({ direction }) => direction === 'add');
    expect(grown.map(({ verdict }) => verdict.kind)).toEqual(['wait']);
    expect(grown[0]?.id).not.toBe(part?.id);
    box.tags = [region];
    expect(box.run().parts.filter(({ direction }) => direction === 'add')).toEqual([]);
  });

  it('still waits where its sums have fallen below the limit', () => {
    const box = started();
    box.always = ['20.32.0.0/19'];
    expect(rulesOf(box.run())).toEqual(['config-growth']);
    // 8,192 are less than a quarter of what the tag has by now.
    box.publish(7, { [region]: [...first, '20.128.0.0/16'] });
    box.judging.ledger = answerGains(box);
    const plan = box.run();
    expect(plan.parts.map(({ steps, verdict }) => [verdict.kind, steps.map(({ prefix }) => prefix)])).toEqual([
      ['go', ['20.128.0.0/16']],
      ['wait', ['20.32.0.0/19']],
    ]);
    expect(rulesOf(box.run())).toEqual(['config-growth']);
  });

  it('is asked again as it was when a decline is withdrawn, although its drift would be forgotten by now', () => {
    const box = started();
    for (const day of [1, 2, 3]) {
      box.day = day;
      box.meddle((entries) => entries.slice(1));
      box.run();
    }
    const [part] = box.run().parts;
    expect(part?.verdict).toMatchObject({ kind: 'wait', reasons: [{ rule: 'drift-again' }] });
    const word = {
      kind: 'decline' as const,
      id: 'd-1',
      at: '2024-01-20T12:00:00.000Z',
      by: { name: 'on call', how: 'claimed' as const },
      why: 'a test',
      part: part?.id ?? '',
      target: 'hub',
      direction: 'add' as const,
      ranges: ['20.0.0.0/24'],
    };
    box.control = { ...noControl, declinedParts: [word] };
    expect(rulesOf(box.run())).toEqual(['kept']);
    box.day = 60;
    expect(rulesOf(box.run())).toEqual(['kept']);
    box.control = noControl;
    expect(rulesOf(box.run())).toEqual(['drift-again']);
    expect(rulesOf(box.run())).toEqual(['drift-again']);
  });

  it('is not let in by a broad entry of others that makes it look small', () => {
    const box = started();
    box.always = big;
    box.meddle((entries) => [...entries, '0.0.0.0/1']);
    expect(rulesOf(box.run())).toEqual(['config-growth', 'broad-foreign-entry']);
  });

  it('is asked about again after an upgrade, if the old record only meant to have it', () => {
    const box = started();
    box.tags = [region, cloud];
    box.publish(7, { [region]: first, [cloud]: big });
    // What versions before memory left after the run that asked.
    box.memory = {
      target: 'hub',
      kind: 'box',
      grants: [{ entries: entriesOf(first), cause: { kind: 'carried over' } }],
      tags: [region, cloud],
      followed: {},
      holds: [],
    };
    expect(rulesOf(box.run())).toEqual(['config-growth']);
    expect(rulesOf(box.run())).toEqual(['config-growth']);
    expect(box.memory?.tags).toEqual([region]);
  });
});

describe('a first contact', () => {
  it('that half failed is gone on with, and not asked about as an edit', () => {
    const box = new TargetBox();
    box.layout = { ...box.layout, entriesPerUnit: 1 };
    box.publish(0, { [region]: ['20.0.0.0/24', '20.64.0.0/15'] });
    expect(box.run(({ key }) => key === 'g-2').changes).toHaveLength(2);
    const plan = box.run();
    expect(rulesOf(plan)).toEqual(['go']);
    expect(plan.changes).toHaveLength(1);
    expect(box.run().changes).toEqual([]);
  });

  it('of which nothing succeeded is a first contact again', () => {
    const box = new TargetBox();
    box.publish(0, { [region]: first });
    box.run(() => true);
    expect(box.memory).toBeUndefined();
    expect(box.run().parts[0]?.steps[0]?.cause).toEqual({ kind: 'first contact' });
  });
});

describe('entries of others', () => {
  it('that cover ours neither replace nor hide what is missing', () => {
    const box = started();
    box.meddle(() => ['0.0.0.0/1', '128.0.0.0/1']);
    const plan = box.run();
    expect(rulesOf(plan)).toEqual(['go', 'broad-foreign-entry']);
    expect(plan.restores).toBe(true);
    expect(box.live.units[0]?.entries).toEqual(expect.arrayContaining([...first, '0.0.0.0/1', '128.0.0.0/1']));
  });

  it('keep additions out where Azure takes no overlaps, until they go in the same write', () => {
    const box = started();
    box.layout = { ...box.layout, noOverlaps: true };
    box.meddle(() => ['0.0.0.0/1', '198.51.100.7']);
    const plan = box.run();
    expect(rulesOf(plan)).toEqual(['covered-by-foreign-entry', 'broad-foreign-entry']);
    expect(plan.changes).toEqual([]);
    box.control = approval(['0.0.0.0/1'], 'remove');
    expect(rulesOf(box.run())).toEqual(['go', 'go']);
    expect(box.live.units[0]?.entries.toSorted()).toEqual(['198.51.100.7', ...first]);
  });

  it('do not make a write that did not happen look as if it had', () => {
    const digest = (...entries: string[]) => digestUnit('g-1', 'ipv4', entries).digest;
    expect(digest('0.0.0.0/1', '20.0.0.0/24')).not.toBe(digest('0.0.0.0/1'));
    expect(digest('20.0.0.0/24', '0.0.0.0/1')).toBe(digest('0.0.0.0-127.255.255.255', '20.0.0.0/24'));
    expect(digest('20.0.0.7')).toBe(digest('20.0.0.7/32', '20.0.0.7'));
  });

  it('that are narrow, or inside the list, ask nothing', () => {
    const box = started();
    box.meddle((entries) => [...entries, '198.51.100.7', '203.0.113.0/28']);
    expect(box.run().broad).toBeUndefined();
  });
});

describe('a unit that lost its mark', () => {
  const strip = (box: TargetBox) => {
    const unit = box.units.get('g-1');
    if (!unit) throw new Error('no unit');
    const { mark: _, ...rest } = unit;
    box.units.set('g-1', rest);
  };

  it('is ours still if all that is in it is ours: the mark is put back', () => {
    const box = started();
    strip(box);
    const plan = box.run();
    expect([plan.refusals, plan.unmarked, plan.changes.length]).toEqual([[], ['g-1'], 1]);
    expect(box.units.get('g-1')?.mark).toBe('contoso/hub');
  });

  it('is ours still if others put something beside it, and that stays', () => {
    const box = started();
    strip(box);
    box.meddle((entries) => [...entries, '198.51.100.7']);
    expect(box.run()).toMatchObject({ refusals: [], unmarked: ['g-1'], foreign: [{ entry: '198.51.100.7' }] });
    expect(box.units.get('g-1')).toMatchObject({ mark: 'contoso/hub' });
    expect(box.units.get('g-1')?.entries).toContain('198.51.100.7');
  });

  it.each<[string, (box: TargetBox) => void]>([
    ['and nothing of ours is left in it', (box) => box.meddle(() => ['198.51.100.7'])],
    [
      'and entries of others are to go from it',
      (box) => {
        box.target = { ...box.target, foreignEntries: 'remove' };
        box.meddle((entries) => [...entries, '198.51.100.7']);
      },
    ],
    [
      'in a memory that does not know its units',
      (box) => {
        const { units: _, ...older } = box.memory ?? expect.fail('no memory');
        box.memory = older;
        box.meddle((entries) => [...entries, '198.51.100.7']);
      },
    ],
  ])('%s: a first contact, which adopt allows', (_, change) => {
    const box = started();
    strip(box);
    change(box);
    expect(box.run().refusals).toMatchObject([{ rule: 'first-contact' }]);
  });
});

describe('a unit that Azure left Failed', () => {
  const fail = (box: TargetBox) => {
    const unit = box.units.get('g-1');
    if (unit) box.units.set('g-1', { ...unit, state: 'Failed', repair: 'az network ip-group update -n g-1' });
  };

  it('is written again as it is planned, three times, and then left to a person until it is repaired', () => {
    const box = started();
    fail(box);
    for (const time of [1, 2, 3]) {
      const { plan, holds } = box.plan();
      expect(plan.changes, `time ${time}`).toMatchObject([{ action: 'replace', entries: first }]);
      box.remember(plan, holds, new Set(['g-1']));
    }
    expect(box.run().refusals).toMatchObject([
      { rule: 'failed-state', next: expect.stringContaining('az network ip-group update -n g-1') },
    ]);
    const unit = box.units.get('g-1');
    if (unit) box.units.set('g-1', { ...unit, state: 'Succeeded' });
    const plan = box.run();
    expect([plan.refusals, plan.changes]).toEqual([[], []]);
    expect(box.memory?.failures).toBeUndefined();
  });
});

/** The suspicious growth of the publication, let in. */
function answerGains(box: TargetBox) {
  const { ledger } = box.judging;
  const tags = new Map([...ledger.tags].map(([name, row]) => [name, { ...row, holds: [] }]));
  return { ...ledger, tags };
}
