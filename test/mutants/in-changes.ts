import type { Mutant } from './mutant.ts';

/** Mutants of what people and machines are told about changes, runs and publications. */
export const inChanges: readonly Mutant[] = [
  {
    name: 'page-doubles',
    file: 'src/store/table-history.ts',
    find: 'if (seen.has(known)) continue;',
    replace: '',
    tests: ['test/contract/history.test.ts'],
    why: 'what two workers verified is told twice',
  },
  {
    name: 'page-forgets',
    file: 'src/store/table-history.ts',
    find: 'next: textOf(run.key, key, i)',
    replace: 'next: textOf(key, key, i)',
    tests: ['test/contract/history.test.ts'],
    why: 'a page tells again what the one before it told',
  },
  {
    name: 'quote-in-filter',
    file: 'src/store/table-history.ts',
    find: `part.includes("'")`,
    replace: 'part.length > 1_024',
    tests: ['test/contract/history.test.ts'],
    why: 'a continuation that a caller made up reads rows of another instance',
  },
  {
    name: 'version-of-open-run',
    file: 'src/operator/queries/changes.ts',
    find: `last?.status === 'running' ? { until: last.startedAt } : {}`,
    replace: '{}',
    tests: ['test/scenarios/changes.test.ts'],
    why: 'a client that polls misses what a slower lane records later',
  },
  {
    name: 'damaged-as-kept',
    file: 'src/operator/queries/publications.ts',
    find: `return why === undefined ? { publication, kind: 'whole', bytes }`,
    replace: `return why !== '' ? { publication, kind: 'whole', bytes }`,
    tests: ['test/scenarios/changes.test.ts'],
    why: 'changed bytes are given out as what Microsoft published',
  },
  {
    name: 'key-in-next',
    file: 'src/http/responses.ts',
    find: `name !== 'code' && name !== 'after'`,
    replace: `name !== 'after'`,
    tests: ['test/http/changes.test.ts'],
    why: 'the function key stands in a header that is logged',
  },
];
