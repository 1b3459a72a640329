import { expect, test } from 'vitest';
import { deviceState } from '../../../src/core/feed.ts';

const now = new Date('2024-01-15T12:00:00Z');
const given = { pullEvery: 2, since: '2024-01-15T00:00:00Z', current: '"b"', now };

test.each([
  [{ pulledAt: '2024-01-15T10:00:00Z', etag: '"a"' }, { kind: 'pulls' }],
  [
    { pulledAt: '2024-01-15T09:59:59Z', etag: '"b"' },
    { kind: 'silent', since: '2024-01-15T09:59:59Z', has: 'current' },
  ],
  [
    { pulledAt: '2024-01-15T09:59:59Z', etag: '"a"' },
    { kind: 'silent', since: '2024-01-15T09:59:59Z', has: 'old' },
  ],
  [{}, { kind: 'silent', since: '2024-01-15T00:00:00Z', has: 'nothing' }],
  [{ since: '2024-01-15T11:00:00Z' }, { kind: 'pulls' }],
])('%o', (known, state) => {
  expect(deviceState({ ...given, ...known })).toEqual(state);
});
