import type { Mutant } from './mutant.ts';

/** Mutants of what is read and accepted: addresses and publications. */
export const inPublication: readonly Mutant[] = [
  {
    name: 'older-file',
    file: 'src/core/publication/accept.ts',
    find: 'if (behind > 0) {',
    replace: 'if (behind > 1_000_000) {',
    tests: ['test/core/publication/accept.test.ts'],
    why: 'a cache that answers with an old file takes last week back',
  },
  {
    name: 'other-cloud',
    file: 'src/core/publication/accept.ts',
    find: 'if (next.cloud !== last.cloud) {',
    replace: 'if (next.cloud === undefined) {',
    tests: ['test/core/publication/accept.test.ts'],
    why: 'the lists of one cloud are replaced by those of another',
  },
  {
    name: 'number-jumps',
    file: 'src/core/publication/accept.ts',
    find: 'const largestJump = 25;',
    replace: 'const largestJump = 1_000_000;',
    tests: ['test/core/publication/accept.test.ts'],
    why: 'one file with a huge number makes every later one an older one',
  },
  {
    name: 'date-ahead',
    file: 'src/core/publication/accept.ts',
    find: 'if (ahead > 1) {',
    replace: 'if (ahead > 100_000) {',
    tests: ['test/core/publication/accept.test.ts'],
    why: 'a file of next year is accepted, and every real one is older',
  },
  {
    name: 'stale-source',
    file: 'src/core/publication/freshness.ts',
    find: `age > staleAfter ? 'stale'`,
    replace: `age > staleAfter + 1 ? 'stale'`,
    tests: ['test/core/publication/freshness.test.ts'],
    why: 'a source that stopped is told a day late',
  },
  {
    name: 'host-bits',
    file: 'src/core/address/prefix.ts',
    find: 'return trailingZeros(out, at, limbs) < limbs * 32 - length ? -1 : length;',
    replace: 'return length;',
    tests: ['test/core/address/prefix.test.ts'],
    why: 'a damaged prefix is read as another one',
  },
  {
    name: 'prefixes-that-touch',
    file: 'src/core/address/prefix-set.ts',
    find: 'compareLimbs(sorted, i, after, 0, w) <= 0',
    replace: 'compareLimbs(sorted, i, after, 0, w) < 0',
    tests: ['test/core/address/prefix-set.test.ts'],
    why: 'two spellings of the same addresses count as a change',
  },
  {
    name: 'private-ranges',
    file: 'src/core/address/reserved.ts',
    find: `{ prefix: '10.0.0.0/8'`,
    replace: `{ prefix: '10.0.0.0/9'`,
    tests: ['test/core/address/reserved.test.ts'],
    why: 'half of the private range counts as public',
  },
];
