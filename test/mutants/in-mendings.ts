import type { Mutant } from './mutant.ts';

const tests = ['test/histories/histories.test.ts'];

/** What is asked once is asked no more, although nobody has answered. */
const noStanding = (rules: string, left: string) => ({
  file: 'src/core/plan/gate.ts',
  find: `const standingRules: ReadonlySet<string> = new Set([${rules}]);`,
  replace: `const standingRules: ReadonlySet<string> = new Set<string>([${left}]);`,
});
const all = "'config-growth', 'large-removal', 'drift-again'";

const forgottenDrift = {
  file: 'src/core/plan/drift.ts',
  find: '    remember(held, one.times, now.toISOString());\n',
  replace: '',
};

/** Faults that were measured on the first version, put back: histories must find each of them. */
export const inMendings: readonly Mutant[] = [
  {
    name: 'mended-large-edit',
    ...noStanding(all, "'large-removal', 'drift-again'"),
    also: [
      {
        file: 'src/core/plan/advance-memory.ts',
        find: '(back.allIn || (first && grants.length > 0))',
        replace: '(back.allIn || grants.length > 0)',
      },
      {
        file: 'src/core/plan/causes.ts',
        find: 'if (row && memory && isComplete(tag, row, memory)) return true;',
        replace: 'if (row) return true;',
      },
    ],
    tests,
    why: 'a large edit of a list is written by the second run, unanswered',
  },
  {
    name: 'mended-drift',
    ...noStanding(all, "'config-growth', 'large-removal'"),
    also: [forgottenDrift],
    tests,
    why: 'the same drift a third time is written by the fourth run',
  },
  {
    name: 'mended-withdraw',
    file: 'src/core/plan/pending-approvals.ts',
    find: 'if (!known?.direction || !known.ranges || !known.reasons) return undefined;',
    replace: 'if (known !== null) return {};',
    also: [forgottenDrift],
    tests,
    why: 'what was declined is written once the decision is withdrawn',
  },
  {
    name: 'mended-foreign-told',
    file: 'src/core/plan/announced.ts',
    find: 'if (came.length === 0 && gone.length === 0) continue;',
    replace: 'if (came.length >= 0) continue;',
    tests,
    why: 'entries of others come and nobody hears of them',
  },
  {
    name: 'mended-foreign-hides',
    file: 'src/core/plan/compare.ts',
    find: 'unite([ownership.ours, theirs])',
    replace: 'unite([ownership.ours, theirs, ownership.foreignEntries])',
    tests,
    why: 'a broad entry of others hides that ours are gone',
  },
  {
    name: 'mended-failed',
    file: 'src/core/plan/lay-out.ts',
    find: " || held.unit.state === 'Failed'",
    replace: '',
    tests,
    why: 'a resource that was left Failed is never written again',
  },
  {
    name: 'mended-joined-run',
    file: 'src/store/requested-runs.ts',
    find: '...(both === undefined ? {} : { targets: both }),',
    replace: '...(before === undefined || both === null ? {} : { targets: before }),',
    tests,
    why: 'a run of other targets is joined, and what was asked for is never looked at',
  },
  {
    name: 'mended-lost-body',
    file: 'src/http/read-request.ts',
    find: '  refuseMissing(request);\n  return {};',
    replace: '  if (request === undefined) refuseMissing(request);\n  return {};',
    tests,
    why: 'a dry run whose body is lost is a real run',
  },
  {
    name: 'mended-sample',
    file: 'src/run/sandbox.ts',
    find: 'isMadeUp(settings, loaded.config.source) ? async () => refusedSource : source',
    replace: 'source',
    also: [
      {
        file: 'src/run/sandbox.ts',
        find: 'if (via !== madeUp) return;',
        replace: 'if (via !== madeUp || what !== undefined) return;',
      },
    ],
    tests,
    why: 'made-up ranges are written into a real ARM',
  },
  {
    name: 'mended-empty-path',
    file: 'src/core/plan/compare.ts',
    find: "target.direction === 'ingress' ? noEntries : goneWhole(",
    replace: "target.direction === 'ingress' || owned ? noEntries : goneWhole(",
    tests,
    why: 'a rule that is taken away again and again stays away',
  },
];
