import { expect, test } from 'vitest';
import { changeTicketCsv, changeTicketMarkdown, type TicketPlan } from '../../src/messages/ticket.ts';
import { samplePlan, samplePublication } from '../support/samples.ts';

const ticket: TicketPlan = {
  run: 'r-1',
  at: '2024-01-15T08:00:00.000Z',
  publication: samplePublication,
  before: ['198.51.100.0/24', '2001:db8::/32'],
  after: ['192.0.2.0/24', '198.51.100.0/24', '2001:db8::/32'],
  approved: ['192.0.2.0/24', '2001:db8::/32'],
  origins: [
    {
      direction: 'add',
      cause: { kind: 'publication', changeNumber: 277, tag: 'Storage.WestUS' },
      ranges: ['192.0.2.0/24'],
      decisions: [],
      publishedOn: '2024-01-15',
    },
    {
      direction: 'remove',
      cause: { kind: 'config' },
      ranges: ['198.51.100.0/24'],
      decisions: [
        { id: 'd-1', by: 'anna', at: '2024-01-14T08:00:00.000Z', why: 'replica *retired*', ticket: 'CHG0042137' },
      ],
      config: { hash: 'ab'.repeat(32), authors: ['kari'], unknown: true },
    },
  ],
  risks: [
    {
      ranges: ['198.51.100.0/24'],
      tags: [
        { tag: 'AzureCloud.westus', whole: false, ranges: ['198.51.100.0/25'] },
        { tag: 'Storage', whole: false, ranges: [] },
      ],
      gone: ['198.51.100.128/25'],
      goneSince: '2023-12-01T00:00:00.000Z',
    },
  ],
  rollback: [
    {
      when: 'before',
      command: 'npm run -s cli -- decline part-remove --why "..."',
      ranges: ['198.51.100.0/24'],
      does: 'Nothing is written.',
    },
    {
      when: 'after',
      command: 'npm run -s cli -- pin 276 --until 14d --why "..."',
      ranges: ['192.0.2.0/24'],
      does: 'As at publication 276.',
    },
    {
      when: 'after',
      edit: { list: 'pulls', field: 'always' },
      ranges: ['198.51.100.0/24'],
      does: 'Allowed again.',
    },
  ],
  plan: {
    ...samplePlan('hub|east'),
    parts: [
      {
        id: 'part-add',
        direction: 'add',
        steps: [{ prefix: '192.0.2.0/24', cause: { kind: 'publication', changeNumber: 277, tag: 'Storage.WestUS' } }],
        addresses: { ipv4: '256', ipv6: '0' },
        verdict: { kind: 'go' },
      },
      {
        id: 'part-remove',
        direction: 'remove',
        steps: [{ prefix: '198.51.100.0/24', cause: { kind: 'config' } }],
        addresses: { ipv4: '256', ipv6: '0' },
        verdict: {
          kind: 'wait',
          reasons: [{ rule: 'approval', text: 'every removal needs an approval', next: 'approve part-remove' }],
        },
      },
    ],
  },
};

test('a ticket says what changes, why, what was there, and the way back', () => {
  expect(changeTicketMarkdown(ticket)).toBe(`# Change of hub\\|east: 1 range in, 1 range out, 1 of them if approved

- Run r-1 of 2024-01-15T08:00:00.000Z
- Publication 277 (ServiceTags\\_Public\\_20240115.json, sha256 ${'ab'.repeat(32)})
- Target hub\\|east (ip-group), list pulls, mode sync

| | ranges | IPv4 addresses | IPv6 prefixes |
|---|---:|---:|---:|
| before | 2 | 256 | 1 |
| comes | +1 | +256 | 0 |
| goes | -1 | -256 | 0 |
| after, if approved | 2 | 256 | 1 |
| after, without an approval | 3 | 512 | 1 |

Plan: 1 to add, 1 to remove. Of these, 1 waits for an approval.

## Who asked for it, and why

- In, 1 range (256 IPv4 addresses): publication 277, Storage.WestUS, of 2024-01-15. Microsoft published it; nobody had to ask.
- Out, 1 range (256 IPv4 addresses): the config changed; config abababababab, given by kari and somebody who is not on record; anna on Sun 2024-01-14 08:00 UTC: replica \\*retired\\* \\[CHG0042137\\].

## Risk of what goes

- 1 range (256 IPv4 addresses): partly in AzureCloud.westus: 1 range (128 IPv4 addresses); not in Storage; in none of these: 1 range (128 IPv4 addresses) since 2023-12-01. What Azure still uses there is blocked once it is out.

## What comes and goes

\`\`\`diff
# publication 277, Storage.WestUS: 1 range (256 IPv4 addresses)
+ 192.0.2.0/24
# waits for an approval (part part-remove: \`approve part-remove\` or \`decline part-remove\`)
# every removal needs an approval [approval]. Approve part-remove.
# the config changed: 1 range (256 IPv4 addresses)
- 198.51.100.0/24
\`\`\`

## How to roll back

While it is not written:
- \`npm run -s cli -- decline part-remove --why "..."\`: Nothing is written.

Once it is, one of:
- \`npm run -s cli -- pin 276 --until 14d --why "..."\`: As at publication 276.
- Allowed again.

  \`\`\`json
  "always": [
    {"prefix":"198.51.100.0/24","reason":"...","owner":"..."}
  ]
  \`\`\`

## Before

\`\`\`text
198.51.100.0/24
2001:db8::/32
\`\`\`

## After, if approved

\`\`\`text
192.0.2.0/24
2001:db8::/32
\`\`\`

## After, without an approval

\`\`\`text
192.0.2.0/24
198.51.100.0/24
2001:db8::/32
\`\`\`
`);
});

test('CSV has a row for each range, whole lists included, and IPv6 in full', () => {
  expect(changeTicketCsv(ticket).split('\r\n')).toEqual([
    'target,what,prefix,addresses,cause,part,verdict,asked for by,why,ticket,risk,roll back',
    'hub|east,added,192.0.2.0/24,256,"publication 277, Storage.WestUS",part-add,go,,,,,"npm run -s cli -- pin 276 --until 14d --why ""..."""',
    expect.stringMatching(
      /^hub\|east,removed,198\.51\.100\.0\/24,256,the config changed,part-remove,wait,anna; kari,replica \*retired\*,CHG0042137,1 range .*,"""always"" of list pulls"$/,
    ),
    'hub|east,before,198.51.100.0/24,256,,,,,,,,',
    'hub|east,before,2001:db8::/32,79228162514264337593543950336,,,,,,,,',
    'hub|east,after,192.0.2.0/24,256,,,,,,,,',
    'hub|east,after,198.51.100.0/24,256,,,,,,,,',
    'hub|east,after,2001:db8::/32,79228162514264337593543950336,,,,,,,,',
    'hub|east,after if approved,192.0.2.0/24,256,,,,,,,,',
    'hub|east,after if approved,2001:db8::/32,79228162514264337593543950336,,,,,,,,',
    '',
  ]);
});

test('a plan of nothing, refused as a whole, says so', () => {
  const refusals = [{ rule: 'mark', text: 'marked by *another* instance', next: 'Give it back first.' }];
  const text = changeTicketMarkdown({ ...ticket, before: [], plan: { ...ticket.plan, parts: [], refusals } });
  expect(text).toContain('# Change of hub\\|east: nothing\n');
  expect(text).toContain('- Refused: marked by \\*another\\* instance. Give it back first.\n');
  expect(text).toContain('## Before\n\nNothing.\n');
});

test('a part that people let through names their decisions', () => {
  const [first] = ticket.plan.parts;
  const steps = first?.steps.map((step) => ({ ...step, decisions: ['w1', 'w2'] })) ?? [];
  const parts = ticket.plan.parts.map((part) => (part === first ? { ...part, steps } : part));
  const text = changeTicketMarkdown({ ...ticket, plan: { ...ticket.plan, parts } });
  expect(text).toContain('# publication 277, Storage.WestUS, let through by w1 and w2: 1 range (256 IPv4 addresses)');
});
