import { defineConfig } from 'vitest/config';
import { builtFor } from './test/built/bundle-of-suites.ts';

const common = {
  // Texts are compared as they are, on a terminal or in CI.
  env: { NO_COLOR: '1' },
  // Real servers and processes need more than the default 5 s on small machines.
  testTimeout: 30_000,
  hookTimeout: 30_000,
};

// What these set up in their process, such as a provider of metrics, holds for whoever comes after them.
const alone = ['test/scenarios/telemetry.test.ts'];

// What is deployed is what is tested: these run over the sources, and once more over the bundle.
const overBundle = ['api', 'built', 'contract/notifier', 'contract/source', 'notifiers', 'sources', 'targets'];
// They bring a kind of their own, or look at the sources themselves.
const sourcesOnly = ['test/targets/new-kind.test.ts', 'test/targets/no-sdk.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/azurite-global.ts', 'test/publications-global.ts'],
    // Two workers suit the small machines this runs on.
    maxWorkers: 2,
    projects: [
      {
        // Most files share a worker: loading the SDKs anew for each of them took as long as the tests.
        test: {
          ...common,
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...alone, 'test/built/**'],
          isolate: false,
        },
      },
      { test: { ...common, name: 'alone', include: alone } },
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
          // Node itself loads the bundle, as it does where it is deployed.
          server: { deps: { external: [/\/dist\/suites\//] } },
        },
      },
    ],
  },
});
