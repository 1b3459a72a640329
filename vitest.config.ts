import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/azurite-global.ts', 'test/publications-global.ts'],
    // Texts are compared as they are, on a terminal or in CI.
    env: { NO_COLOR: '1' },
    // Two workers suit the small machines this runs on; real servers and processes need more than the default 5 s there.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
