import type { RuleContext, World } from '../../rules.ts';
import { textOf } from './text.ts';

/** A table whose CREATE we cannot write as the server does is made by the server's own text. */
export function isVerbatim(key: string, world: World): boolean {
  return world.objects.get(key)?.properties.verbatim !== undefined;
}

/** Why a table is not to be altered: what our ALTER would do to what we do not understand is not known. */
export function inexactTable(key: string, { before, after, fate }: RuleContext): string | undefined {
  if (fate(key) === 'dropped') return undefined;
  const created = after.objects.get(key);
  if (fate(key) === 'created') {
    if (created === undefined || !hasRemark(textOf(created, 'verbatim') ?? '')) return undefined;
    return `the table is not modelled exactly: ${textOf(created, 'unlike')}; nor would the server's own text give it back, for part of it is a comment`;
  }
  for (const { objects } of [before, after]) {
    const table = objects.get(key);
    if (table?.properties.verbatim !== undefined)
      return `the table is not modelled exactly: ${textOf(table, 'unlike')}; change it by a migration of your own`;
  }
  return undefined;
}

/** It holds a comment that servers do not read: options that the engine knows nothing of are shown so (MariaDB). */
export function hasRemark(text: string): boolean {
  return text.includes('/*') && REMARK.test(text.replaceAll(QUOTED, "''"));
}

const QUOTED = /'(?:[^'\\]|\\.|'')*'|`(?:[^`]|``)*`/gs;
const REMARK = /\/\*(?!M?!)/;
