import type { CatalogObject } from '../catalog/catalog.ts';
import { type Catalog, childrenOf, type Json, keyOf } from '../catalog/catalog.ts';
import type { HistoryEntry, NewName, Session } from '../engines/engines.ts';
import type { Rename } from '../plan/plan.ts';

/** What a plan has renamed, for its history entry: of each the name that it had and the one that it has. */
export function renamesDetail(renames: readonly Rename[]): { readonly renames?: readonly Json[] } {
  if (renames.length === 0) return {};
  return {
    renames: renames.map(({ before, after }) => ({
      kind: after.kind,
      ...(after.parent === undefined ? {} : { parent: after.parent }),
      from: before.identity,
      to: after.identity,
    })),
  };
}

/** Statements that give back the names that a plan has taken away, and what is called otherwise by them. */
export interface RenamesBack {
  readonly statements: readonly string[];
  readonly renames: readonly NewName[];
}

/** As far as what has the new name is there, and nothing has the old one. `found`: the catalog as it stands. */
export async function renamesBack(
  session: Session,
  { detail }: HistoryEntry,
  found: Catalog,
): Promise<RenamesBack> {
  const rules = await session.engine.planRules?.();
  const statements: string[] = [];
  const renames: NewName[] = [];
  // Parts go before what they are part of.
  for (const { kind, parent, from, to } of recorded(detail.renames).toReversed()) {
    const object = (identity: string): CatalogObject => ({
      kind,
      identity,
      ...(parent === undefined ? {} : { parent }),
      properties: {},
      dependsOn: [],
    });
    const [is, was] = [object(to), object(from)];
    const draft = rules?.rename?.(is, was, childrenOf(found, parent));
    if (draft === undefined || !found.objects.has(keyOf(is)) || found.objects.has(keyOf(was))) continue;
    statements.push(...(draft.first ?? []), draft.sql, ...(draft.last ?? []));
    renames.push({ from: keyOf(is), to: keyOf(was) });
  }
  return { statements, renames };
}

interface Recorded {
  readonly kind: string;
  readonly parent?: string;
  readonly from: string;
  readonly to: string;
}

function recorded(value: Json | undefined): readonly Recorded[] {
  return (value ?? []) as unknown as readonly Recorded[];
}
