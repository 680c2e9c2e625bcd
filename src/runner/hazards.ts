import type { Hazard } from '../api/api.ts';
import type { Engine } from '../engines/engines.ts';
import type { Migration } from '../migrations/migrations.ts';
import { type HazardVerdict, judgeHazards, planDigest, refuseHazards } from '../plan/plan.ts';
import type { RunRequest } from './request.ts';

/** What a migration's statements can do, by their text, in their order. */
export function statementHazards(engine: Engine, migration: Migration): readonly (readonly Hazard[])[] {
  const statements = migration.script.steps.flatMap((step) => (step.type === 'sql' ? [step.statement] : []));
  return engine.hazards?.(statements) ?? statements.map(() => []);
}

export interface PendingVerdict extends HazardVerdict {
  /** Stands for these migrations as they are written. */
  readonly digest: string;
}

/** What the definition says of what pending migrations can do. They are written by people: only `refuse` counts. */
export function judgePending(
  { engine, definition, allow }: Pick<RunRequest, 'engine' | 'definition' | 'allow'>,
  pending: readonly Migration[],
): PendingVerdict {
  const digest = planDigest(pending.map(({ id, checksum }) => `${id} ${checksum}`));
  const { hazards } = definition.spec;
  if (hazards.refuse.length === 0) return { digest, refused: [], unapproved: [] };
  const found = pending.flatMap((migration) => statementHazards(engine, migration).flat());
  return {
    digest,
    ...judgeHazards(found, digest, { ...hazards, allow: [...hazards.allow, ...allow] }, true),
  };
}

/** Before anything runs. Throws `hazard-refused`. */
export function refusePending(request: RunRequest, pending: readonly Migration[]): void {
  const verdict = judgePending(request, pending);
  refuseHazards(verdict, verdict.digest);
}
