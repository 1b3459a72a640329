import type { Mutant } from './mutant.ts';

/** Mutants of kinds of targets. */
export const inTargets: readonly Mutant[] = [
  {
    name: 'ip-group-left-failed',
    file: 'src/targets/ip-group-target.ts',
    find: `      requireSucceeded(subject, after);
`,
    replace: '',
    tests: ['test/targets/ip-group-states.test.ts'],
    why: 'a write that left the group Failed is a success',
  },
  {
    name: 'ip-group-in-update',
    file: 'src/targets/ip-group-target.ts',
    find: `      for (const { key, raw } of numbered) requireTerminalState(this.#subject(key), raw);
`,
    replace: '',
    tests: ['test/targets/ip-group.test.ts'],
    why: 'a plan is made on a list in the middle of an update',
  },
  {
    name: 'group-of-others-deleted',
    file: 'src/targets/ip-group-target.ts',
    find: 'const mustStay = unit.mark !== this.#mark || ',
    replace: 'const mustStay = ',
    tests: ['test/targets/ip-group-states.test.ts'],
    why: 'a group that is not ours is deleted once nothing of ours is in it',
  },
  {
    name: 'nsg-unconditional',
    file: 'src/targets/nsg.ts',
    find: 'putUnread(subject, signal, id, body, etag)',
    replace: 'putUnread(subject, signal, id, body)',
    tests: ['test/targets/nsg.test.ts'],
    why: 'a rule that somebody changes at the same moment is overwritten',
  },
  {
    name: 'registry-without-effect',
    file: 'src/targets/registry.ts',
    find: 'if (problem) throw new ArmError',
    replace: 'if (problem === null) throw new ArmError',
    tests: ['test/targets/registry.test.ts', 'test/scenarios/preflight.test.ts'],
    why: 'rules are written that let nobody in, and the run is called good',
  },
  {
    name: 'registry-fields-of-others',
    file: 'src/targets/registry.ts',
    find: `rules.get(value) ?? { action: 'Allow', value }`,
    replace: `({ action: 'Allow', value })`,
    tests: ['test/targets/registry.test.ts'],
    why: 'what somebody else set on a rule is lost with our next write',
  },
  {
    name: 'priority-of-others',
    file: 'src/targets/nsg-priority.ts',
    find: 'const holder = others.find((rule) => priorityIn(rule) === priority);',
    replace: 'const holder = others.find((rule) => priorityIn(rule) === rule);',
    tests: ['test/scenarios/nsg-priority.test.ts'],
    why: 'a rule is planned at a priority that another one has, and fails each run',
  },
  {
    name: 'overlaps-beside-the-list',
    file: 'src/ports/address-field.ts',
    find: 'one.entry.family === entry.family && one.entry.set.overlaps(entry.set)',
    replace: 'one.text === text',
    tests: ['test/config/texts-for-azure.test.ts'],
    why: 'check is content with what Azure refuses with the first write',
  },
];
