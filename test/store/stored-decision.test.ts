import { expect, test } from 'vitest';
import type { Decision } from '../../src/core/decisions/decision.ts';
import { readDecision, type StoredDecision, storedDecision } from '../../src/store/stored-decision.ts';

const common = { id: 'w1', at: '2024-01-15T08:00:00.000Z', by: { name: 'anna', how: 'token' }, why: 'ok' } as const;
const loss = 'Storage.WestUS-loss-278-1a2b3c4d';
const gain = 'Storage.WestUS-gain-278-1a2b3c4d';
const ofTarget = 'my-gain-1-config-1a2b3c4d';
const part = { part: 'p', target: 'hub', direction: 'add', ranges: ['192.0.2.0/24'] } as const;

// Storage holds the words on the left since the first version: they must never change.
const pairs: readonly (readonly [StoredDecision, Decision])[] = [
  [
    { ...common, kind: 'answer', hold: loss, answer: 'keep' },
    { ...common, kind: 'answer', hold: loss, answer: 'keep' },
  ],
  [
    { ...common, kind: 'answer', hold: `${loss}-00c0ffee`, answer: 'remove' },
    { ...common, kind: 'answer', hold: `${loss}-00c0ffee`, answer: 'remove' },
  ],
  [
    { ...common, kind: 'answer', hold: gain, answer: 'keep' },
    { ...common, kind: 'answer', hold: gain, answer: 'allow' },
  ],
  [
    { ...common, kind: 'answer', hold: `${gain}-00c0ffee`, answer: 'remove' },
    { ...common, kind: 'answer', hold: `${gain}-00c0ffee`, answer: 'block' },
  ],
  [
    { ...common, kind: 'answer', hold: ofTarget, answer: 'remove' },
    { ...common, kind: 'answer', hold: ofTarget, answer: 'remove' },
  ],
  [
    { ...common, ...part, kind: 'keep-part' },
    { ...common, ...part, kind: 'decline' },
  ],
  [
    { ...common, ...part, kind: 'approve', expires: '2024-01-22T08:00:00.000Z' },
    { ...common, ...part, kind: 'approve', expires: '2024-01-22T08:00:00.000Z' },
  ],
  [
    { ...common, kind: 'unpin' },
    { ...common, kind: 'unpin' },
  ],
];

test.each(pairs)('%j is read as people say it now, and stored as before', (stored, decision) => {
  expect(readDecision(stored)).toEqual(decision);
  expect(storedDecision(decision)).toEqual(stored);
});
