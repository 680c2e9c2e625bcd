import type { Json } from '../../../catalog/catalog.ts';
import type { Row } from '../wire.ts';
import { spelled } from './names.ts';
import { NOTHING, put, type Reading } from './reading.ts';
import { withoutDefiner } from './views.ts';

/**
 * A procedure, function, package or package body: its text from the word that says what it is, parameters and body as
 * they were typed, and what its author's session had to say about it.
 */
export function takeRoutine(row: Row, create: string, reading: Reading): void {
  const properties = programOf(row, create);
  reading.add({
    kind: (row.type ?? '').toLowerCase(),
    identity: spelled(row.name ?? ''),
    properties,
    dependsOn: NOTHING,
  });
}

/** What stored programs of all kinds have in common; the text is without CREATE and the definer. */
export function programOf(row: Row, create: string): Record<string, Json> {
  const { definer, text } = withoutDefiner(create);
  const properties: Record<string, Json> = {
    // Whether the statement ended with a semicolon is told where several came in one message, and there only.
    source: text.replace(/^CREATE\s+/i, '').replace(/[;\s]+$/, ''),
  };
  put(properties, 'definer', definer);
  const mode = meaningOf(row.sql_mode ?? '');
  if (mode !== '') properties.sqlMode = mode;
  return properties;
}

/** Modes that change nothing once a program is stored: how names were typed, and who may be made or missing. */
const IDLE_MODES = new Set([
  'IGNORE_SPACE',
  'NO_AUTO_CREATE_USER',
  'NO_ENGINE_SUBSTITUTION',
  'NO_DIR_IN_CREATE',
]);

/** Those of a sql_mode that a stored program means something by. */
export function meaningOf(mode: string): string {
  return mode
    .split(',')
    .filter((one) => one !== '' && !IDLE_MODES.has(one))
    .sort()
    .join(',');
}
