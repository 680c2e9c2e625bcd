import type { Reading } from './reading.ts';

/** Counts what is there and not modelled, kind by kind, in one query. Undefined: there is nothing of it. */
export function unmodelledSql(reading: Reading): string | undefined {
  const parts = [
    ...(reading.present.has('operator') ? [shellOperators(reading)] : []),
    ...(reading.present.has('security label') ? [SECURITY_LABELS] : []),
  ];
  if (parts.length === 0) return undefined;
  return `SELECT kind, n FROM (${parts.join('\nUNION ALL ')}) counts WHERE n > 0 ORDER BY kind COLLATE "C"`;
}

/** An operator that has only been named, as another one's commutator or negator. */
function shellOperators(reading: Reading): string {
  return `SELECT 'shell operator' AS kind, count(*) AS n FROM pg_operator WHERE oprcode = 0 AND ${reading.inScope('oprnamespace')}`;
}

const SECURITY_LABELS = `SELECT 'security label' AS kind, count(*) AS n FROM pg_seclabel`;
