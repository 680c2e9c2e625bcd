import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: [process.env.CI ? ['dot', {}] : ['default', {}], ['./test/support/closing-reporter.ts', {}]],
    // Processes, not threads: a test that is stuck can be killed, and its servers with it.
    pool: 'forks',
    maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
    testTimeout: process.env.MOORING_SWEEP ? 600_000 : 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
});
