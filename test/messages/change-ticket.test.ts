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
  expect(changeTicketMarkdown(ticket)).toBe(`# Change of hub\\|east: 1 range in, 1 range out

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

## Added: 1 range (256 IPv4 addresses)

Part part-add: needs no approval.

| range | addresses | cause |
|---|---|---|
| \`192.0.2.0/24\` | 256 | publication 277, Storage.WestUS |

## Removed: 1 range (256 IPv4 addresses)

Part part-remove: waits.
every removal needs an approval. approve part-remove.

| range | addresses | cause |
|---|---|---|
| \`198.51.100.0/24\` | 256 | the config changed |

## How to roll back

1. Pause hub\\|east, or the next run makes the same change again: \`pause --target hub|east --why "..."\`.
2. Give the target the ranges under "Before", and no others.
3. If a publication was wrong, pin the lists to an earlier one (\`pin\`), or answer what it opened (\`holds\`, \`answer\`).
4. Resume hub\\|east: \`resume --target hub|east --why "..."\`.

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
    'target,what,prefix,addresses,cause,part,verdict',
    'hub|east,added,192.0.2.0/24,256,"publication 277, Storage.WestUS",part-add,go',
    'hub|east,removed,198.51.100.0/24,256,the config changed,part-remove,wait',
    'hub|east,before,198.51.100.0/24,256,,,',
    'hub|east,before,2001:db8::/32,79228162514264337593543950336,,,',
    'hub|east,after,192.0.2.0/24,256,,,',
    'hub|east,after,198.51.100.0/24,256,,,',
    'hub|east,after,2001:db8::/32,79228162514264337593543950336,,,',
    'hub|east,after if approved,192.0.2.0/24,256,,,',
    'hub|east,after if approved,2001:db8::/32,79228162514264337593543950336,,,',
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
  expect(text).toContain('Part part-add: let through by decisions w1, w2.');
});
