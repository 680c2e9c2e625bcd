import type { Effect } from './recorder.ts';

/** Kinds that an application may name in its statements. */
const NAMED = new Set([
  'schema',
  'table',
  'column',
  'view',
  'materialized view',
  'function',
  'procedure',
  'sequence',
  'enum',
  'domain',
  'type',
]);

/**
 * Why the previous application may not survive what was done, by its effect: something dropped or renamed, retyped, made
 * NOT NULL, or constrained on a table that was there before. Objects by name, none for a pure expansion.
 */
export function breakingChanges(effect: Effect): readonly string[] {
  const because: string[] = [];
  for (const { object, kind, change, details } of effect.changes) {
    const parent = effect.after.objects.get(object)?.parent;
    const onOldTable = parent !== undefined && effect.before.objects.has(parent);
    if (change === 'removed' && NAMED.has(kind)) because.push(`${object} is gone`);
    else if (change === 'added' && onOldTable && (kind === 'constraint' || kind === 'policy'))
      because.push(`${object} is new`);
    else if (
      change === 'added' &&
      onOldTable &&
      kind === 'index' &&
      effect.after.objects.get(object)?.properties.unique === true
    )
      because.push(`${object} is unique`);
    else if (change === 'added' && onOldTable && kind === 'column' && isDemanding(effect, object))
      because.push(`${object} is NOT NULL without a default`);
    else if (change === 'changed')
      because.push(
        ...details.filter((detail) => narrows(kind, detail)).map((detail) => `${object}: ${detail}`),
      );
  }
  return because;
}

function isDemanding(effect: Effect, object: string): boolean {
  const {
    notNull,
    default: fallback,
    identity,
    generated,
  } = effect.after.objects.get(object)?.properties ?? {};
  return notNull === true && fallback === undefined && identity === undefined && generated === undefined;
}

function narrows(kind: string, detail: string): boolean {
  if (kind === 'column')
    return (
      /^(type|generated|identity): /.test(detail) ||
      /^notNull: .* \u2192 true/.test(detail) ||
      /^default: .* \u2192 none/.test(detail)
    );
  if (kind === 'constraint') return true;
  if (kind === 'enum') return true;
  if (kind === 'table') return /^(rowSecurity|forceRowSecurity|kind|persistence)/.test(detail);
  return kind === 'view' || kind === 'function' || kind === 'procedure'
    ? /^(columns|arguments|returns)/.test(detail)
    : false;
}
