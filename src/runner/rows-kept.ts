import type { Engine } from '../engines/engines.ts';
import type { Migration } from '../migrations/migrations.ts';

/**
 * For a migration without an undo: whether all that it does shows in the catalog. Only then can a plan take it back;
 * what it did to rows nobody knows later. Part of its history entry.
 */
export async function rowsKept(
  engine: Engine,
  { undo, repeat, script }: Migration,
): Promise<{ readonly rows?: 'kept' }> {
  if (undo !== undefined || repeat !== 'once') return {};
  for (const step of script.steps) {
    if (step.type !== 'sql') return {};
    const { effect, inTransaction } = await engine.classify(step.statement);
    if (inTransaction === 'try' || (effect !== 'ddl' && effect !== 'session')) return {};
  }
  return { rows: 'kept' };
}
