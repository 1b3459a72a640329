import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { builtFor } from './test/built/bundle-of-suites.ts';

const common = {
  env: {
    // Texts are compared as they are, on a terminal or in CI.
    NO_COLOR: '1',
    // Processes that tests start compile the sources once, not each for itself.
    NODE_COMPILE_CACHE: join(tmpdir(), 'service-tag-sync-compiled'),
  },
  // Short-lived objects die young: fewer collections, and no larger heap.
  execArgv: ['--max-semi-space-size=32'],
  // Real servers and processes need more than the default 5 s on small machines.
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

// What these set up in their process, such as a provider of metrics, holds for whoever comes after them.
const alone = ['test/scenarios/telemetry.test.ts'];

// What is deployed is what is tested: these run over the sources, and once more over the bundle.
const overBundle = [
  'built',
  'contract/notifier',
  'contract/source',
  'http',
  'notifiers',
  'queues',
  'sources',
  'targets',
];
// They bring a kind of their own, or look at the sources themselves.
const sourcesOnly = ['test/targets/new-kind.test.ts', 'test/targets/no-sdk.test.ts'];

/** Storage that the suites of the store ask: the emulator, or what histories are played on. */
const azurite = { storage: 'azurite', overBundle: false } as const;

/** The suites of the store that ask for nothing but its ports. */
const storeSuites = [
  'claims',
  'controls',
  'history',
  'leases',
  'ledgers',
  'moves',
  'operations',
  'publications',
  'queues',
  'retention',
  'runs',
  'tag-sizes',
  'target-records',
].map((name) => `test/contract/${name}.test.ts`);

/**
 * Kinds of targets whose place is in Azure, over the sources: what they do to ARM over many runs is the same whatever keeps
 * the state. Over the bundle they run with the emulator. Feeds are in storage, and stay with it.
 */
const kindSuites = [
  'scenarios/beside-templates',
  'targets/azure-firewall',
  'targets/firewall-policy',
  'targets/firewall-policy-fqdn',
  'targets/ip-group',
  'targets/ip-group-rule',
  'targets/new-kind',
  'targets/nsg',
  'targets/registry',
].map((name) => `test/${name}.test.ts`);

export default defineConfig({
  test: {
    globalSetup: ['test/azurite-global.ts', 'test/publications-global.ts'],
    // Four suit two processors: tests wait for operations and processes about half of their time.
    maxWorkers: 4,
    projects: [
      // One long test: it begins first, so that it does not stand alone at the end.
      { test: { ...common, name: 'histories', include: ['test/histories/*.test.ts'] } },
      {
        // What histories are played on must answer as Storage does: the same suites, over the account in memory.
        test: {
          ...common,
          name: 'in memory',
          include: storeSuites,
          isolate: false,
          provide: { storage: 'memory', overBundle: false },
        },
      },
      {
        test: {
          ...common,
          name: 'kinds',
          include: kindSuites,
          isolate: false,
          provide: { storage: 'memory', overBundle: false },
        },
      },
      {
        // Most files share a worker: loading the SDKs anew for each of them took as long as the tests.
        test: {
          ...common,
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...alone, ...kindSuites, 'test/built/**', 'test/histories/**'],
          isolate: false,
          provide: azurite,
        },
      },
      { test: { ...common, name: 'alone', include: alone, provide: azurite } },
      {
        plugins: [
          {
            name: 'over-bundle',
            enforce: 'pre',
            resolveId(specifier, importer) {
              const built = importer === undefined ? undefined : builtFor(specifier, importer);
              return built === undefined ? undefined : { id: built, external: true };
            },
          },
        ],
        test: {
          ...common,
          name: 'built',
          globalSetup: ['test/built/global.ts'],
          include: overBundle.map((folder) => `test/${folder}/*.test.ts`),
          exclude: sourcesOnly,
          isolate: false,
          provide: { ...azurite, overBundle: true },
          // Node itself loads the bundle, as it does where it is deployed.
          server: { deps: { external: [/\/dist\/suites\//] } },
        },
      },
    ],
  },
});
