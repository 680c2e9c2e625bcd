import type { BundledDefinition } from '../api/api.ts';
import type { Engine } from '../engines/engines.ts';
import type { Script } from '../migrations/migrations.ts';

/** Why a script is journaled statement by statement instead of running in one transaction. */
export type JournaledBecause =
  | { readonly reason: 'engine' }
  | { readonly reason: 'directive' }
  | { readonly reason: 'definition' }
  | { readonly reason: 'statement'; readonly line: number; readonly sql: string };

/** The server has no transactional DDL, the file or the definition says so, or a statement cannot stand in a transaction. */
export async function isJournaled(
  engine: Engine,
  definition: BundledDefinition,
  script: Script,
): Promise<JournaledBecause | undefined> {
  if (!engine.capabilities.transactionalDdl) return { reason: 'engine' };
  if (script.directives.transaction === 'off') return { reason: 'directive' };
  if (script.directives.transaction === undefined && definition.spec.migrations.transaction === 'off')
    return { reason: 'definition' };
  for (const step of script.steps) {
    if (step.type !== 'sql') continue;
    const { inTransaction } = await engine.classify(step.statement);
    if (inTransaction === 'no')
      return { reason: 'statement', line: step.statement.line, sql: step.statement.sql };
  }
  return undefined;
}
