import type { Mutant } from './mutant.ts';

/** Mutants of what adapters of Azure share. */
export const inAzure: readonly Mutant[] = [
  {
    name: 'token-to-others',
    file: 'src/azure/arm/arm-http.ts',
    find: 'if (asked === null || !this.#isArm(asked)) {',
    replace: 'if (asked === null) {',
    tests: ['test/azure/token-host.test.ts'],
    why: 'whoever can change one answer gets a token for the subscription',
  },
  {
    name: 'any-404-is-absent',
    file: 'src/azure/arm/arm-client.ts',
    find: `return code === 'ResourceNotFound' || code === 'NotFound';`,
    replace: 'return code !== null;',
    tests: ['test/azure/arm-client.test.ts'],
    why: 'a missing right or subscription looks like an empty list',
  },
  {
    name: 'state-after-write',
    file: 'src/azure/arm/terminal-state.ts',
    find: `if (state === 'Succeeded') return;`,
    replace: `if (state !== '') return;`,
    tests: ['test/azure/terminal-state.test.ts'],
    why: 'a write that left the resource Failed is a success',
  },
  {
    name: 'state-before-write',
    file: 'src/azure/arm/terminal-state.ts',
    find: 'if (ended.includes(state)) return;',
    replace: `if (state !== '') return;`,
    tests: ['test/azure/terminal-state.test.ts'],
    why: 'a list in the middle of an update is believed',
  },
  {
    name: 'changed-since-plan',
    file: 'src/azure/arm/unit-change.ts',
    find: 'if (now?.version !== change.version) {',
    replace: 'if (now?.version === null) {',
    tests: ['test/scenarios/foreign-change.test.ts'],
    why: 'what somebody wrote a moment ago is overwritten',
  },
  {
    name: 'write-over-mark',
    file: 'src/azure/arm/unit-change.ts',
    find: 'now?.mark !== undefined && now.mark !== mark && now.mark !== change.takesOver',
    replace: 'now?.mark === null',
    tests: ['test/targets/ip-group.test.ts'],
    why: 'two instances that started together write the same group',
  },
  {
    name: 'impatient',
    file: 'src/azure/arm/retry.ts',
    find: 'Math.max(error.retryAfterMs, backoffOf(tries, pace.random()))',
    replace: 'backoffOf(tries, pace.random())',
    tests: ['test/azure/retry.test.ts'],
    why: 'a throttled subscription is asked again at once, by every run',
  },
];
