import type { Mutant } from './mutant.ts';

/** Mutants of what keeps other users of the machine out of `npm start`. */
export const inLocal: readonly Mutant[] = [
  {
    name: 'folder-of-a-group',
    file: 'src/local/private-folder.ts',
    find: 'const othersWrite = 0o022;',
    replace: 'const othersWrite = 0o002;',
    tests: ['test/local/start/data-folder.test.ts'],
    why: 'a user of the same group plants a folder.json with keys of its own',
  },
  {
    name: 'folder-of-other-things',
    file: 'src/local/private-folder.ts',
    find: '(mode & others) !== 0 && foreign',
    replace: '(mode & others) === 0 && foreign',
    tests: ['test/local/start/data-folder.test.ts'],
    why: 'a home folder or that of a program is closed to everything that uses it',
  },
  {
    name: 'folder-through-a-link',
    file: 'src/local/private-folder.ts',
    find: 'if (found.isSymbolicLink()) return;',
    replace: '',
    tests: ['test/local/start/data-folder.test.ts'],
    why: 'a file elsewhere gets another mode',
  },
  {
    name: 'published-account-key',
    file: 'src/local/azurite.ts',
    find: 'accounts.refresh = () => undefined;',
    replace: '',
    tests: ['test/local/azurite.test.ts'],
    why: 'the published key opens the storage of every start',
  },
  {
    name: 'simulated-arm-for-all',
    file: 'src/simulator/arm/server.ts',
    find: "return root === '' ||",
    replace: 'return root !== undefined ||',
    tests: ['test/simulator/arm/server.test.ts'],
    why: 'another user of the machine changes what stands for the firewalls',
  },
  {
    name: 'account-key-on-a-command-line',
    file: 'src/local/start/options.ts',
    find: 'if (secret === undefined) return text;',
    replace: 'if (secret !== text) return text;',
    tests: ['test/local/start/options.test.ts'],
    why: 'every user of the machine sees the key of the storage account',
  },
  {
    name: 'seal-key-that-ends',
    file: 'src/local/start/local-service.ts',
    find: '(kept ? sealKey : undefined)',
    replace: 'sealKey',
    tests: ['test/local/start/local-service.test.ts'],
    why: 'what a start seals in a storage account, the next start takes for forged',
  },
  {
    name: 'seals-again',
    file: 'src/local/start/local-service.ts',
    find: 'if (!folder.unsealed) return;',
    replace: '',
    tests: ['test/local/start/local-service.test.ts'],
    why: 'each start seals what another program wrote into the storage',
  },
];
