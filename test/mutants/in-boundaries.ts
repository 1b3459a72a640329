import type { Mutant } from './mutant.ts';

const forged = ['test/contract/damage.test.ts', 'test/scenarios/forged.test.ts'];
const fourEyes = ['test/core/decisions/quorum.test.ts', 'test/scenarios/four-eyes.test.ts'];

/** Mutants of what keeps apart who may write the storage, who asks, and who decides. */
export const inBoundaries: readonly Mutant[] = [
  {
    name: 'seal-unread',
    file: 'src/store/rows.ts',
    find: 'this.#seals?.verify(where, sealed, entity.seal);',
    replace: '',
    tests: forged,
    why: 'whoever may write the table makes up decisions and plans',
  },
  {
    name: 'seal-of-any-place',
    file: 'src/store/seal.ts',
    find: '.update(`${place.length}:${place}${text}`)',
    replace: '.update(text)',
    tests: forged,
    why: 'a plan of last month, or of another target, is carried out',
  },
  {
    name: 'ledger-unsealed',
    file: 'src/store/seal.ts',
    find: 'seals?.verify(path, content, found?.[1]);',
    replace: '',
    tests: forged,
    why: 'ranges that nobody published go out as held losses',
  },
  {
    name: 'stored-plan-obeyed',
    file: 'src/run/apply.ts',
    find: 'if (doesTheSame(now.plan, inHand.plan)) return',
    replace: 'if (now.plan !== undefined) return',
    tests: ['test/scenarios/forged.test.ts'],
    why: 'what was approved when it was planned is written, withdrawn since or not',
  },
  {
    name: 'damaged-left-in-place',
    file: 'src/run/start.ts',
    find: 'await setAsideDamaged(context);',
    replace: '',
    tests: ['test/scenarios/forged.test.ts'],
    why: 'a forged decision is never told',
  },
  {
    name: 'damaged-plan-ends-the-lane',
    file: 'src/run/open-units.ts',
    find: 'if (!(error instanceof StoredFormatError)) throw error;',
    replace: 'throw error;',
    tests: ['test/scenarios/forged.test.ts'],
    why: 'one damaged plan holds up every target that shares its lane, and the run',
  },
  {
    name: 'one-person-twice',
    file: 'src/core/decisions/quorum.ts',
    find: 'const byPerson = distinctPersons(same.map(({ by }) => by))',
    replace: 'const byPerson = same.map(({ by }) => by)',
    tests: fourEyes,
    why: 'one person approves twice what two people have to',
  },
  {
    name: 'names-before-ids',
    file: 'src/core/decisions/person.ts',
    find: 'if (one.id !== undefined && other.id !== undefined) return',
    replace: 'if (one.id === other.name && other.id !== undefined) return',
    tests: fourEyes,
    why: 'who is renamed approves a second time',
  },
  {
    name: 'gain-by-its-asker',
    file: 'src/operator/commands/authorize.ts',
    find: "hold?.kind === 'gain' ? 'keep' : 'remove'",
    replace: "hold?.kind === 'loss' ? 'remove' : 'remove'",
    tests: ['test/scenarios/four-eyes.test.ts'],
    why: 'a suspicious gain is let in by one person alone',
  },
  {
    name: 'runner-approves',
    file: 'src/http/runs.ts',
    find: ', by: actorOf(request, undefined, easyAuth) }',
    replace: ', ...(easyAuth ? {} : {}) }',
    tests: ['test/http/runs.test.ts'],
    why: 'who asked for the run is on no record, and approves what it found',
  },
];
