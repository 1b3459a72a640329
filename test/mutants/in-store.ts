import type { Mutant } from './mutant.ts';

/** Mutants of what holds two workers apart, and of what is stored. */
export const inStore: readonly Mutant[] = [
  {
    name: 'lease-to-its-end',
    file: 'src/store/blob-leases.ts',
    find: 'this.#times.seconds * 1000 - this.#times.marginMilliseconds - ',
    replace: 'this.#times.seconds * 1000 - ',
    tests: ['test/contract/lease-renewals.test.ts'],
    why: 'two workers write at once while a request of the first is under way',
  },
  {
    name: 'newer-schema',
    file: 'src/store/schema.ts',
    find: 'if (found > schema) {',
    replace: 'if (found > 1_000_000) {',
    tests: ['test/contract/newer-schema.test.ts'],
    why: 'an older version misreads what a newer one stored, and writes by it',
  },
  {
    name: 'last-writer-wins',
    file: 'src/store/rows.ts',
    find: `this.table.updateEntity(entity, 'Replace', { etag: read.etag }),`,
    replace: `this.table.updateEntity(entity, 'Replace', { etag: '*' }),`,
    tests: ['test/contract/requests.test.ts', 'test/contract/target-records.test.ts'],
    why: 'of two requests at once one is forgotten',
  },
  {
    name: 'second-open-run',
    file: 'src/store/table-runs.ts',
    find: 'if (last !== undefined && last !== intent.run && (await this.#isOpen(last))) {',
    replace: 'if (last === null) {',
    tests: ['test/contract/runs.test.ts'],
    why: 'two runs plan and write the same targets',
  },
  {
    name: 'generation-falls',
    file: 'src/store/table-target-records.ts',
    find: 'generationIn(value) >= generation ? undefined : { generation }',
    replace: '({ generation })',
    tests: ['test/contract/target-records.test.ts'],
    why: 'an old run that is repeated takes the target back from a newer one',
  },
];
