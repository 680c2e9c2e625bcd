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
  {
    engine,
    definition,
    allow,
    migrations,
  }: Pick<RunRequest, 'engine' | 'definition' | 'allow' | 'migrations'>,
  pending: readonly Migration[],
): PendingVerdict {
  const digest = digestOf(pending);
  const { hazards } = definition.spec;
  if (hazards.refuse.length === 0 || isRestOfApproved(hazards.approve, migrations, pending))
    return { digest, refused: [], unapproved: [] };
  const found = pending.flatMap((migration) => statementHazards(engine, migration).flat());
  return {
    digest,
    ...judgeHazards(found, digest, { ...hazards, allow: [...hazards.allow, ...allow] }, true),
  };
}

function digestOf(migrations: readonly Migration[]): string {
  return planDigest(migrations.map(({ id, checksum }) => `${id} ${checksum}`));
}

/** So many migrations before those that are pending may have been approved together with them. */
const TOGETHER = 100;

/** Whether they were approved together with some right before them, which have been applied since. */
function isRestOfApproved(
  approved: readonly string[],
  migrations: readonly Migration[],
  pending: readonly Migration[],
): boolean {
  if (approved.length === 0) return false;
  const once = migrations.filter(({ repeat }) => repeat === 'once');
  const first = once.findIndex(({ id }) => id === pending[0]?.id);
  const before = first < 0 ? once : once.slice(0, first);
  return before
    .slice(-TOGETHER)
    .some((_, at, last) => approved.includes(digestOf([...last.slice(at), ...pending])));
}

/** Before anything runs. Throws `hazard-refused`. */
export function refusePending(request: RunRequest, pending: readonly Migration[]): void {
  const verdict = judgePending(request, pending);
  refuseHazards(verdict, verdict.digest);
}
