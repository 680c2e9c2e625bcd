import type { Command } from './command.ts';

/** Every verb, loaded when it is called for. Order is that of the help. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./commands/init.ts')).init,
  new: async () => (await import('./commands/new.ts')).newMigration,
  validate: async () => (await import('./commands/validate.ts')).validate,
  lint: async () => (await import('./commands/lint.ts')).lint,
  render: async () => (await import('./commands/render.ts')).render,
  generate: async () => (await import('./commands/generate.ts')).generate,
  plan: async () => (await import('./commands/plan.ts')).plan,
  migrate: async () => (await import('./commands/migrate.ts')).migrate,
  rollback: async () => (await import('./commands/rollback.ts')).rollback,
  resolve: async () => (await import('./commands/resolve.ts')).resolve,
  baseline: async () => (await import('./commands/baseline.ts')).baseline,
  drift: async () => (await import('./commands/drift.ts')).drift,
  accept: async () => (await import('./commands/accept.ts')).accept,
  status: async () => (await import('./commands/status.ts')).status,
  history: async () => (await import('./commands/history.ts')).history,
  snapshot: async () => (await import('./commands/snapshot.ts')).snapshot,
  rehearse: async () => (await import('./commands/rehearse.ts')).rehearse,
  gate: async () => (await import('./commands/job.ts')).gate,
  prepare: async () => (await import('./commands/job.ts')).prepare,
  converge: async () => (await import('./commands/job.ts')).converge,
  check: async () => (await import('./commands/job.ts')).check,
  diff: async () => (await import('./commands/diff.ts')).diff,
  'hold-scratch': async () => (await import('./commands/rehearse.ts')).holdScratch,
  split: async () => (await import('./commands/split.ts')).split,
};
