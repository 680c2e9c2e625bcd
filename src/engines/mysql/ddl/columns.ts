import type { Alter, Alteration, KindRules } from '../../rules.ts';

/** Columns: part of CREATE TABLE, or of one ALTER TABLE. */
export const columns: KindRules = {
  weight: 45,
  create: () => ({ parts: [] }),
  drop: () => [],
  alter: alterColumn,
  madeByParent: () => true,
  changedByParent: () => true,
};

/** What foreign keys mind: both sides are of one type. */
const HELD = ['type', 'collation'];

function alterColumn({ before, after, changed }: Alteration): Alter | undefined {
  const kind = (generated: unknown): string | undefined => (generated as { kind?: string } | undefined)?.kind;
  const [was, is] = [kind(before.properties.generated), kind(after.properties.generated)];
  // The server computes a stored column anew, but a virtual one has never been there.
  if (was !== is && (was === 'virtual' || is === 'virtual')) return undefined;
  if ((was?.startsWith('row') ?? false) !== (is?.startsWith('row') ?? false)) return undefined;
  return HELD.some((name) => changed.has(name))
    ? { statements: [], disturbs: 'altered' }
    : { statements: [] };
}
