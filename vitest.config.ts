import { defineConfig } from 'vitest/config'

/** `unit` runs in `npm run check` (fast, no servers); the other projects only in `npm test`. */
const conditions = ['source', 'module', 'node', 'import', 'default']
/** Vitest hands these to Node as they are: with `import` among them, a CommonJS `require` would get ES modules. */
const ssrConditions = ['source', 'node']
const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions: ssrConditions, externalConditions: ssrConditions } },
}
export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        // Pure files keep nothing between calls, so their tests may share a worker: it halves the time of `npm run check`.
        test: {
          name: 'unit',
          testTimeout: 30_000,
          isolate: false,
          include: ['packages/*/src/**/*.test.ts', 'tools/*.test.ts', 'sandbox/**/*.test.ts'],
        },
      },
      {
        ...shared,
        test: { name: 'http', include: ['packages/*/test/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000 },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['conformance/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        ...shared,
        test: { name: 'packaging', include: ['tools/packaging/*.test.ts'], testTimeout: 60_000, hookTimeout: 300_000 },
      },
    ],
  },
})
