import { describe, expect, test } from 'vitest';
import type { DomainEvent } from '../../src/core/event.ts';
import { firstLine } from '../../src/messages/text.ts';
import { textOf } from '../../src/messages/text-of.ts';

const shareReason = {
  rule: 'lost-share',
  text: '8,576 of 10,880 IPv4 addresses (78.8 %) are gone; the limit is 10.0 %',
  next: 'answer remove, keep until a date, or keep without an end',
};

const prefixesReason = { ...shareReason, rule: 'lost-prefixes', text: '52 of 70 published prefixes lost addresses' };

const modeReason = {
  rule: 'mode',
  text: 'this target is add-only: nothing is ever taken out',
  next: 'change the mode of this target to have it written',
};

const ignoredFile =
  'If ignored: nothing is removed and nothing is added. Addresses that only this file announces would be missing once Azure uses them, a week after its date at the earliest.';

/** Each event and its whole message; the first line is that of a notice. */
const cases: readonly [DomainEvent, readonly string[]][] = [
  [
    { kind: 'publication-accepted', file: 'ServiceTags_Public_20240115.json', changeNumber: 290, identical: false },
    [
      '[OK] contoso: publication 290 is accepted. Nothing to do.', //
      'File: ServiceTags_Public_20240115.json.',
    ],
  ],
  [
    { kind: 'publication-accepted', file: 'ServiceTags_Public_20240122.json', changeNumber: 291, identical: true },
    [
      '[OK] contoso: publication 291 has the same addresses as the one before. Nothing to do.',
      'File: ServiceTags_Public_20240122.json.',
    ],
  ],
  [
    { kind: 'publication-refused', file: 'a.json', reasons: ['values[3].name: expected a tag once, got it again'] },
    [
      '[NEEDS YOU] contoso: a.json was refused; every list stays as the last accepted publication has it.',
      'values[3].name: expected a tag once, got it again.',
      "What to do: compare the file with the one on Microsoft's download page; `npm run -s cli -- publications` lists those that are kept. If Microsoft's own file is wrong, wait: the next publication is judged afresh.",
      ignoredFile,
    ],
  ],
  [
    { kind: 'publication-waits', file: 'a.json', reasons: ['number 340 is 50 above the last accepted, 290'] },
    [
      '[NEEDS YOU] contoso: a.json looks unusual and is not in force; every list stays as the last accepted publication has it.',
      'number 340 is 50 above the last accepted, 290.',
      "What to do: compare the file with the one on Microsoft's download page; `npm run -s cli -- publications` lists those that are kept.",
      ignoredFile,
    ],
  ],
  [
    { kind: 'source-unreachable', text: 'download page: timed out after 30 s' },
    [
      '[INFO] contoso: no publication could be fetched; every list stays as it is. Nothing to do yet.',
      'download page: timed out after 30 s.',
      'The next run tries again. If this lasts for days, check the network path: Azure may use new addresses from one week after their publication, and they would be missing.',
    ],
  ],
  [
    {
      kind: 'tag-changed',
      tag: 'Storage.WestUS',
      changeNumber: 290,
      gained: ['20.60.0.0/24', '20.60.2.0/24', '2603:1030::/48'],
      lost: [],
    },
    [
      '[OK] contoso: Storage.WestUS in publication 290: 3 ranges (512 IPv4 addresses and 1 IPv6 prefix) new.',
      'New: 20.60.0.0/24, 20.60.2.0/24 and 2603:1030::/48.',
    ],
  ],
  [
    {
      kind: 'tag-changed',
      tag: 'Storage.WestUS',
      changeNumber: 290,
      gained: ['20.60.0.0/32'],
      lost: ['2603:1030::/48', '2603:1031::/48'],
    },
    [
      '[INFO] contoso: Storage.WestUS in publication 290: 1 range (1 IPv4 address) new, 2 ranges (2 IPv6 prefixes) no longer published.',
      'New: 20.60.0.0/32.',
      'No longer published, and still allowed for now: 2603:1030::/48 and 2603:1031::/48.',
    ],
  ],
  [
    { kind: 'tag-changed', tag: 'Storage.WestUS', changeNumber: 292, gained: [], lost: [] },
    ['[OK] contoso: Storage.WestUS in publication 292: lost ranges published again.'],
  ],
  [
    { kind: 'tag-vanished', tag: 'Storage.WestUS', changeNumber: 239 },
    [
      '[INFO] contoso: publication 239 no longer has the tag Storage.WestUS; its ranges stay allowed.',
      'Tags have vanished by mistake and returned months later, so its ranges are released only by an answer, or long after its parents (the global tag, AzureCloud of the region) dropped them too.',
    ],
  ],
  [
    { kind: 'tag-returned', tag: 'Storage.WestUS', changeNumber: 250 },
    ['[OK] contoso: publication 250 has the tag Storage.WestUS again. Nothing to do.'],
  ],
  [
    {
      kind: 'hold-opened',
      hold: 'Storage.WestUS-loss-290-0f',
      tag: 'Storage.WestUS',
      of: 'loss',
      changeNumber: 290,
      prefixes: ['20.60.0.0/19', '20.60.32.0/24', '20.60.64.0/25'],
      addresses: { ipv4: '8576', ipv6: '0' },
      questions: [shareReason, prefixesReason],
      before: '10880',
      underGlobal: '8576',
    },
    [
      "[NEEDS YOU, no hurry] contoso: Storage.WestUS lost 78.8 % of its IPv4 addresses in publication 290; all of them were kept; it looks like Microsoft's mistake.",
      'The file drops 8,576 of 10,880 IPv4 addresses; all of the IPv4 ones are still in the global Storage tag.',
      'Asked because 8,576 of 10,880 IPv4 addresses (78.8 %) are gone; the limit is 10.0 % [lost-share].',
      'Asked because 52 of 70 published prefixes lost addresses [lost-prefixes].',
      'Ranges: 20.60.0.0/19, 20.60.32.0/24 and 20.60.64.0/25. Hold: Storage.WestUS-loss-290-0f.',
      'Answer: `npm run -s cli -- answer keep Storage.WestUS-loss-290-0f --why "..."`; add `--until DATE` to limit it, or use `remove` to release the ranges. Or POST /api/answers.',
      'No answer: they stay allowed; the question ends when they are published again, or when the parents of the tag (its global tag, AzureCloud of its region) lack them as well for as long as the policy says: then they are released.',
    ],
  ],
  [
    {
      kind: 'hold-opened',
      hold: 'h1',
      tag: 'Storage.WestUS',
      of: 'loss',
      changeNumber: 300,
      prefixes: ['20.60.0.0/26'],
      addresses: { ipv4: '64', ipv6: '0' },
      questions: [],
    },
    [
      '[INFO] contoso: Storage.WestUS lost 1 range (64 IPv4 addresses) in publication 300; all of it stays allowed until the clock releases it. Nothing to do.',
      'Ranges: 20.60.0.0/26. Hold: h1.',
      'It is released once it has been absent for the days and publications of the policy. Ranges that are published again before that stay, and so does what AzureCloud of the region has.',
    ],
  ],
  [
    {
      kind: 'hold-opened',
      hold: 'h2',
      tag: 'Storage.WestUS',
      of: 'gain',
      changeNumber: 300,
      prefixes: ['0.0.0.0/1'],
      addresses: { ipv4: '2147483648', ipv6: '0' },
      questions: [{ rule: 'broad-prefix', text: '0.0.0.0/1 is broader than anything', next: 'check with Microsoft' }],
    },
    [
      '[NEEDS YOU] contoso: Storage.WestUS gained suspicious ranges in publication 300, which are kept out: 1 range (2,147,483,648 IPv4 addresses).',
      '0.0.0.0/1 is broader than anything [broad-prefix].',
      'Check with Microsoft.',
      'Ranges: 0.0.0.0/1. Hold: h2.',
      'Answer: `npm run -s cli -- answer block h2 --why "..."`, which keeps them out; `allow` lets them in. Or POST /api/answers.',
      'If ignored: they stay out. If they are genuine, connections to them fail once Azure uses them, a week after publication at the earliest. Other additions to the tag are written as usual.',
    ],
  ],
  [
    {
      kind: 'hold-ended',
      hold: 'h1',
      tag: 'Storage.WestUS',
      of: 'loss',
      how: 'returned',
      prefixes: ['20.60.0.0/26'],
      by: 'published again',
    },
    [
      '[OK] contoso: Storage.WestUS: its lost ranges are published again and were allowed throughout: 1 range (64 IPv4 addresses). Nothing to do.',
      'Ranges: 20.60.0.0/26.',
      'Why: published again. Hold: h1.',
    ],
  ],
  [
    {
      kind: 'hold-ended',
      hold: 'h1',
      tag: 'Storage.WestUS',
      of: 'loss',
      how: 'released',
      prefixes: ['20.60.0.0/26'],
      by: 'clock: absent for 42 days and 6 files',
    },
    [
      '[OK] contoso: Storage.WestUS: its lost ranges are released and leave the lists: 1 range (64 IPv4 addresses). Nothing to do.',
      'Ranges: 20.60.0.0/26.',
      'Why: clock: absent for 42 days and 6 files. Hold: h1.',
    ],
  ],
  [
    {
      kind: 'hold-ended',
      hold: 'h2',
      tag: 'Storage.WestUS',
      of: 'gain',
      how: 'withdrawn',
      prefixes: ['0.0.0.0/1'],
      by: 'no longer published',
    },
    [
      '[OK] contoso: Storage.WestUS: its suspicious ranges are no longer published and were never allowed: 1 range (2,147,483,648 IPv4 addresses). Nothing to do.',
      'Ranges: 0.0.0.0/1.',
      'Why: no longer published. Hold: h2.',
    ],
  ],
  [
    { kind: 'target-changed', target: 'hub', added: ['20.60.0.0/24'], removed: ['20.61.0.0/26'] },
    [
      '[OK] contoso: hub: 1 range (256 IPv4 addresses) added, 1 range (64 IPv4 addresses) removed; verified. Nothing to do.',
      'Added: 20.60.0.0/24.',
      'Removed: 20.61.0.0/26.',
    ],
  ],
  [
    { kind: 'target-changed', target: 'hub', added: [], removed: [] },
    ['[OK] contoso: hub: written without a change of addresses; verified. Nothing to do.'],
  ],
  [
    {
      kind: 'target-failed',
      target: 'hub',
      text: 'The firewall is in state Failed. Redeploy it.',
      missing: ['20.60.0.0/23'],
    },
    [
      '[FAILED] contoso: hub was NOT updated: it is missing 1 range (512 IPv4 addresses).',
      'The firewall is in state Failed. Redeploy it.',
      'Missing: 20.60.0.0/23. Connections there fail once Azure uses it.',
      'The next run tries again from the live state. Do not fill the resource by hand meanwhile.',
    ],
  ],
  [
    { kind: 'target-failed', target: 'hub', text: 'It could not be read.', missing: [] },
    [
      '[FAILED] contoso: hub was NOT updated.',
      'It could not be read.',
      'The next run tries again from the live state. Do not fill the resource by hand meanwhile.',
    ],
  ],
  [
    {
      kind: 'target-refused',
      target: 'hub',
      reasons: [
        {
          rule: 'first-contact',
          text: 'g-1 holds 2,000 entries and carries no mark of ours',
          next: 'set "adopt": true',
        },
        { rule: 'capacity', text: '5,100 entries are needed and 5,000 fit', next: 'select fewer tags' },
      ],
    },
    [
      '[NEEDS YOU] contoso: hub was not written: g-1 holds 2,000 entries and carries no mark of ours (and 1 more reason).',
      'g-1 holds 2,000 entries and carries no mark of ours [first-contact]. Set "adopt": true.',
      '5,100 entries are needed and 5,000 fit [capacity]. Select fewer tags.',
      'What to do: see what a run would do now with `npm run -s cli -- plan`, and what Azure says with `npm run -s cli -- doctor`. Once that is put right: `npm run -s cli -- run`, or wait for the next run.',
      'If ignored: it stays as it is, and addresses that Azure starts to use will be missing from it.',
    ],
  ],
  [
    {
      kind: 'target-refused',
      target: 'hub',
      reasons: [{ rule: 'priority-taken', text: 'rule ssh has its priority 200', next: 'set another' }],
      inPart: true,
    },
    [
      '[NEEDS YOU] contoso: hub: a part of the change was refused: rule ssh has its priority 200.',
      'rule ssh has its priority 200 [priority-taken].',
      'Set another.',
      'What to do: see what a run would do now with `npm run -s cli -- plan`, and what Azure says with `npm run -s cli -- doctor`. Once that is put right: `npm run -s cli -- run`, or wait for the next run.',
      'If ignored: that part is never written, and its addresses stay missing; everything else is written.',
    ],
  ],
  [
    { kind: 'target-waits', target: 'hub', part: 'p1', direction: 'add', ranges: [], reasons: [modeReason] },
    [
      '[INFO] contoso: hub: a part of the change is kept back: this target is add-only: nothing is ever taken out. Nothing to do.',
      'this target is add-only: nothing is ever taken out [mode].',
      'Change the mode of this target to have it written.',
    ],
  ],
  [
    {
      kind: 'target-waits',
      target: 'hub',
      part: 'p1',
      direction: 'add',
      ranges: [],
      reasons: [modeReason, { rule: 'x', text: 'it is Sunday', next: 'wait' }],
    },
    [
      '[NEEDS YOU] contoso: hub: a part of the change waits for you: this target is add-only: nothing is ever taken out (and 1 more reason).',
      'this target is add-only: nothing is ever taken out [mode]. Change the mode of this target to have it written.',
      'it is Sunday [x]. Wait.',
      'Answer: `npm run -s cli -- approve p1 --why "..."`, or `decline p1`; `plan p1` shows it.',
      'If ignored: that part is not written; everything else is.',
    ],
  ],
  [
    { kind: 'target-drift', target: 'hub', added: ['20.60.0.0/24', '20.61.0.0/24'], removed: ['192.0.2.0/24'] },
    [
      '[INFO] contoso: hub was changed outside this service: 2 ranges (512 IPv4 addresses) of ours taken out, 1 range (256 IPv4 addresses) put in. Nothing to do yet.',
      'Taken out: 20.60.0.0/24 and 20.61.0.0/24.',
      'Put in: 192.0.2.0/24.',
      'The next run reverts it as far as the mode of the target allows. If it happens again, find out who else writes this resource.',
    ],
  ],
  [
    {
      kind: 'foreign-entries',
      target: 'hub',
      count: 1200,
      entries: Array.from({ length: 20 }, (_, i) => `192.0.2.${i}`),
    },
    [
      '[INFO] contoso: hub: 1,200 entries that this service did not write are new. Nothing to do.',
      'New: 192.0.2.0, 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5, 192.0.2.6, 192.0.2.7, 192.0.2.8, 192.0.2.9 and 1,190 more.',
      '1,200 entries of others are there in all.',
      'They stay. To have them removed, set "foreignEntries": "remove" on the target.',
    ],
  ],
  [
    { kind: 'foreign-entries', target: 'hub', count: 1, entries: ['192.0.2.1-192.0.2.9'] },
    [
      '[INFO] contoso: hub: 1 entry that this service did not write is new. Nothing to do.',
      'New: 192.0.2.1-192.0.2.9.',
      '1 entry of others is there in all.',
      'They stay. To have them removed, set "foreignEntries": "remove" on the target.',
    ],
  ],
  [
    { kind: 'foreign-entries', target: 'hub', count: 0, entries: [], came: 0, gone: ['192.0.2.1'] },
    [
      '[INFO] contoso: hub: 1 entry of others is gone. Nothing to do.',
      'Gone: 192.0.2.1.',
      '0 entries of others are there in all.',
    ],
  ],
  [
    {
      kind: 'foreign-entries',
      target: 'hub',
      count: 1,
      entries: ['0.0.0.0/1'],
      came: 1,
      gone: [],
      broad: [{ entry: '0.0.0.0/1', addresses: '2147483648' }],
    },
    [
      '[NEEDS YOU] contoso: hub: 1 entry that this service did not write is new. It lets in more than the list: 0.0.0.0/1 (2,147,483,648 addresses).',
      'New: 0.0.0.0/1.',
      '1 entry of others is there in all.',
      'What to do: remove the entry in Azure; or set the mode of this target to `sync`, since its mode forbids a removal, and approve the part that then waits: `npm run -s cli -- todo` names it.',
      'If ignored: these addresses stay reachable whatever the list says.',
    ],
  ],
];

describe('words', () => {
  test.each(cases.map(([event, lines]) => [lines[0], event, lines] as const))('%s', (_first, event, lines) => {
    const text = textOf(event);
    expect([firstLine(text, 'contoso'), ...text.lines]).toEqual(lines);
  });

  test('a headline is one line, and says nothing of an instance where there is none', () => {
    for (const [event] of cases) {
      const line = firstLine(textOf(event));
      expect(line).not.toMatch(/\n/);
      expect(line).not.toContain('contoso');
    }
  });

  test('a great many ranges are summarised, never cut', () => {
    const gained = Array.from({ length: 300 }, (_, i) => `20.${i >> 8}.${i & 255}.0/24`);
    const text = textOf({ kind: 'tag-changed', tag: 'T', changeNumber: 1, gained, lost: [] });
    expect(text.lines).toEqual(['New: 20.0.0.0/24, 20.0.1.0/24, 20.0.2.0/24, 20.0.3.0/24, 20.0.4.0/24 and 295 more.']);
  });
});
