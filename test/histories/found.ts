import type { Beginning } from './arbitraries.ts';
import type { Step } from './step.ts';
import type { ConfigPlan, KindName, TargetPlan } from './world/config-plan.ts';
import type { Tags } from './world/publish.ts';

/** A history that broke a promise once, made small, with what it needs and no more. */
interface FoundHistory {
  readonly name: string;
  readonly first: Beginning;
  readonly steps: readonly Step[];
}

const tags: Tags = new Map([
  ['Storage.WestUS', new Set(['20.0.0.0'])],
  ['Storage.EastUS', new Set(['20.0.0.32', '2603:1030::20'])],
  ['AzureContainerRegistry.WestUS', new Set(['20.0.0.0'])],
  ['Storage', new Set(['20.0.0.0', '20.0.0.32', '2603:1030::20'])],
  ['AzureCloud.westus', new Set(['20.64.0.0/21', '20.64.8.0/21', '20.64.16.0/21', '20.64.24.0/21'])],
]);

const asked = { add: 'on-suspicion', remove: 'on-suspicion' } as const;

/** One target of a kind, on the list `one` of one tag. */
function oneTarget(kind: KindName, tag: string, more: Partial<TargetPlan> = {}): ConfigPlan {
  const list = (some: readonly string[]) => ({ tags: some, always: [], never: [], names: [] });
  return {
    lists: {
      one: list([tag]),
      two: list(['AzureContainerRegistry.WestUS']),
      hosts: { ...list([]), names: ['l.example.net'] },
    },
    targets: {
      [kind]: { kind, list: 'one', mode: 'sync', adopt: false, foreignEntries: 'keep', approval: asked, ...more },
    },
  };
}

const run: Step = { do: 'run' };
const addList = (tag: string): Step => ({ do: 'edit list', list: 'one', edit: { of: 'tag', tag } });
const takeOut = (unit: number, from: number, many: number): Step => ({
  do: 'others',
  pick: 0,
  what: { act: 'take out', unit, from, many },
});
const loses = (tag: string): Step => ({
  do: 'publish',
  kind: 'next',
  edits: [{ tag, edit: 'shrink', from: 0, many: 1 }],
});

/** What others take out and what they put there is counted apart, and an entry of theirs goes whole. */
const strangerOverDrift: FoundHistory = {
  name: 'an entry of others over ours that drifted, and a write that is lost',
  first: {
    config: oneTarget('firewall-policy', 'Storage.EastUS', { foreignEntries: 'remove' }),
    tags,
    there: { 'firewall-policy': ['93.184.216.0/24'] },
  },
  steps: [
    takeOut(0, 0, 1),
    run,
    takeOut(1, 0, 1),
    run,
    { do: 'others', pick: 0, what: { act: 'add', unit: 0, entry: '::/1' } },
    { do: 'write fails', pick: 0, fault: { done: false, leavesFailed: false, kind: 'transient' } },
    { do: 'two quiet runs' },
  ],
};

/** A tag that the list gave up is still known to the target as long as nothing of the new list is read back. */
const removedAfterTheEdit: FoundHistory = {
  name: 'an answer on a hold of a tag that the list has given up',
  first: {
    config: oneTarget('azure-firewall', 'Storage.EastUS'),
    tags,
    there: { 'azure-firewall': ['93.184.216.0/24'] },
  },
  steps: [
    addList('AzureCloud.westus'),
    { do: 'others', pick: 0, what: { act: 'delete', unit: 0 } },
    run,
    loses('AzureCloud.westus'),
    { do: 'run, and die', death: { at: 1, when: 'before' } },
    { do: 'edit target', pick: 0, edit: { of: 'list', list: 'two' } },
    { do: 'read fails', pick: 0 },
    { do: 'answer hold', pick: 0, answer: 'remove' },
    run,
  ],
};

/** The approval of one entry takes no part out of a broader one that came since. */
const approvedBeforeItGrew: FoundHistory = {
  name: 'an entry of others is approved to go after a broader one took its place',
  first: {
    config: oneTarget('firewall-policy', 'Storage.WestUS', { adopt: true }),
    tags,
    there: { 'firewall-policy': ['93.184.216.0/24'] },
  },
  steps: [
    { do: 'others', pick: 0, what: { act: 'replace', entries: ['0.0.0.0/1', '128.0.0.0/1', '::/1'] } },
    { do: 'answer part', pick: 0, answer: 'approve' },
    { do: 'answer part', pick: 0, answer: 'approve' },
    { do: 'answer part', pick: 0, answer: 'approve' },
    { do: 'two quiet runs' },
  ],
};

/** An approval is used once, also where the clock of the worker is behind that of the person. */
const usedBeforeItWasGiven: FoundHistory = {
  name: 'an approval is used by a clock that is behind',
  first: approvedBeforeItGrew.first,
  steps: [
    { do: 'clock back', hours: 1 },
    { do: 'answer part', pick: 0, answer: 'approve' },
    { do: 'others', pick: 0, what: { act: 'add', unit: 0, entry: '93.184.216.0/24' } },
    { do: 'two quiet runs' },
  ],
};

/** What a worker planned again, wrote and did not live to tell is told by the one that takes over. */
const takenOver = [...Array(40).keys()].map(
  (number): FoundHistory => ({
    name: `others write in the middle, and the process dies at request ${60 + number}`,
    first: { config: oneTarget('azure-firewall', 'Storage.EastUS'), tags, there: {} },
    steps: [
      addList('Storage.WestUS'),
      { do: 'others in the middle', pick: 0, what: { act: 'add', unit: 0, entry: '93.184.216.0/24' } },
      run,
      loses('Storage.WestUS'),
      takeOut(0, 0, 2),
      { do: 'others in the middle', pick: 0, what: { act: 'take out', unit: 0, from: 0, many: 1 } },
      { do: 'run, and die', death: { at: 60 + number, when: 'before' } },
    ],
  }),
);

/** What a failed write meant to move is what the plan made again says, and not the first one alone. */
const failedAsMadeAgain: FoundHistory = {
  name: 'a plan made again meets a write that fails',
  first: {
    config: {
      lists: {
        one: { tags: ['AzureContainerRegistry.WestUS'], always: [], never: [], names: [] },
        two: { tags: ['Storage.EastUS', 'AzureContainerRegistry.WestUS'], always: [], never: [], names: [] },
        hosts: { tags: [], always: [], never: [], names: ['k.example.net'] },
      },
      targets: {
        'ip-group': {
          kind: 'ip-group',
          list: 'two',
          mode: 'sync',
          adopt: false,
          foreignEntries: 'keep',
          approval: { add: 'never', remove: 'on-suspicion' },
        },
        feed: {
          kind: 'feed',
          list: 'one',
          mode: 'sync',
          adopt: false,
          foreignEntries: 'keep',
          approval: { add: 'on-suspicion', remove: 'on-suspicion' },
        },
      },
    },
    tags: new Map([
      ['Storage.WestUS', new Set(['20.0.0.0'])],
      ['Storage.EastUS', new Set(['20.0.0.32', '20.0.0.34'])],
      ['AzureContainerRegistry.WestUS', new Set(['20.0.0.2', '20.0.0.1', '20.0.0.36', '20.0.0.4'])],
      ['Storage', new Set(['20.0.0.0', '20.0.0.32', '20.0.0.34'])],
      ['AzureCloud.westus', new Set(['20.64.0.0/21', '20.64.8.0/21', '20.64.16.0/21', '20.64.24.0/21'])],
    ]),
    there: {},
  },
  steps: [
    { do: 'others', pick: 0, what: { act: 'take out', unit: 0, from: 0, many: 2 } },
    { do: 'others in the middle', pick: 0, what: { act: 'add', unit: 0, entry: '93.184.216.0/24' } },
    { do: 'write fails', pick: 0, fault: { done: false, leavesFailed: false, kind: 'transient' } },
    { do: 'others', pick: 0, what: { act: 'add', unit: 0, entry: '0.0.0.0/1' } },
    { do: 'edit list', list: 'two', edit: { of: 'tag', tag: 'Storage.WestUS' } },
    { do: 'weeks', weeks: 1 },
  ],
};

/** A question about a removal stays open while everything is paused. */
const pausedWhileAsked: FoundHistory = {
  name: 'a pause while a removal is asked about',
  first: {
    config: {
      lists: {
        one: { tags: ['AzureContainerRegistry.WestUS'], always: [], never: [], names: [] },
        two: { tags: ['Storage.EastUS'], always: [], never: [], names: [] },
        hosts: { tags: [], always: [], never: [], names: ['l.example.net'] },
      },
      targets: {
        feed: {
          kind: 'feed',
          list: 'one',
          mode: 'sync',
          adopt: false,
          foreignEntries: 'keep',
          approval: { add: 'on-suspicion', remove: 'always' },
        },
      },
    },
    tags: new Map([
      ['Storage.WestUS', new Set(['20.0.0.0'])],
      ['Storage.EastUS', new Set(['20.0.0.32'])],
      ['AzureContainerRegistry.WestUS', new Set(['20.0.0.0'])],
      ['Storage', new Set(['20.0.0.0', '20.0.0.32'])],
      ['AzureCloud.westus', new Set(['20.64.0.0/21', '20.64.8.0/21', '20.64.16.0/21', '20.64.24.0/21'])],
    ]),
    there: {},
  },
  steps: [
    { do: 'edit target', pick: 0, edit: { of: 'list', list: 'two' } },
    { do: 'weeks', weeks: 4 },
    { do: 'pause', pick: 0 },
  ],
};

/** What the list gave up and others took out is forgotten when that is read back. */
const givenUpAndTakenOut: FoundHistory = {
  name: 'others take out what the list has given up, in the middle of a run',
  first: {
    config: {
      lists: {
        one: { tags: ['Storage.EastUS'], always: [], never: [], names: [] },
        two: { tags: ['Storage.WestUS', 'AzureContainerRegistry.WestUS'], always: [], never: [], names: [] },
        hosts: { tags: [], always: [], never: [], names: ['k.example.net'] },
      },
      targets: {
        'firewall-policy': {
          kind: 'firewall-policy',
          list: 'one',
          mode: 'sync',
          adopt: false,
          foreignEntries: 'remove',
          approval: { add: 'on-suspicion', remove: 'on-suspicion' },
        },
      },
    },
    tags: new Map([
      ['Storage.WestUS', new Set(['20.0.0.28', '20.0.0.1', '2603:1030::'])],
      ['Storage.EastUS', new Set(['20.0.0.32'])],
      ['AzureContainerRegistry.WestUS', new Set(['20.0.0.0'])],
      ['Storage', new Set(['20.0.0.28', '20.0.0.1', '2603:1030::', '20.0.0.32'])],
      ['AzureCloud.westus', new Set(['20.64.0.0/21', '20.64.8.0/21', '20.64.16.0/21', '20.64.24.0/21'])],
    ]),
    there: {},
  },
  steps: [
    {
      do: 'publish',
      edits: [
        { tag: 'Storage.WestUS', edit: 'shrink', from: 0, many: 2 },
        { tag: 'Storage.WestUS', edit: 'shrink', from: 0, many: 1 },
      ],
      kind: 'next',
    },
    { do: 'ask for some, then more', picks: [0] },
    { do: 'answer hold', pick: 0, answer: 'remove' },
    { do: 'edit list', list: 'one', edit: { of: 'tag', tag: 'Storage' } },
    { do: 'run' },
    { do: 'edit target', pick: 0, edit: { of: 'list', list: 'two' } },
    { do: 'others in the middle', pick: 0, what: { act: 'take out', unit: 3, from: 0, many: 1 } },
    { do: 'run' },
    { do: 'publish', edits: [{ tag: 'Storage.WestUS', edit: 'grow', prefix: '2603:1030::/128' }], kind: 'next' },
    { do: 'two quiet runs' },
  ],
};

export const foundHistories: readonly FoundHistory[] = [
  strangerOverDrift,
  removedAfterTheEdit,
  approvedBeforeItGrew,
  usedBeforeItWasGiven,
  failedAsMadeAgain,
  pausedWhileAsked,
  givenUpAndTakenOut,
  ...takenOver,
];
