import { spelled } from './catalog/catalog.ts';
import type { Words } from './words.ts';

/** Between the verb and the table. */
const MODIFIERS = ['low_priority', 'high_priority', 'delayed', 'quick', 'ignore', 'concurrent', 'local'];

/**
 * Tables whose rows or values are lost by a statement, by its text: `unknown` where a routine, a file or several tables
 * are in play. None for an INSERT that only adds.
 */
export function overwrittenBy(words: Words): readonly string[] | 'unknown' {
  const verb = words.oneOf(
    'insert',
    'replace',
    'update',
    'delete',
    'call',
    'execute',
    'begin',
    'load',
    'with',
  );
  if (verb === undefined) return [];
  if (['call', 'execute', 'begin', 'load', 'with'].includes(verb)) return 'unknown';
  while (words.oneOf(...MODIFIERS) !== undefined) {
    // Each may stand there.
  }
  if (verb === 'insert') {
    words.take('into');
    const table = words.name();
    return words.has('duplicate', 'key') ? named(table) : [];
  }
  if (verb === 'replace') words.take('into');
  if (verb === 'delete' && !words.take('from')) return 'unknown';
  const table = words.name();
  const several = words.next === ',' || words.has('join') || words.has('using');
  return several ? 'unknown' : named(table);
}

function named(name: ReturnType<Words['name']>): readonly string[] | 'unknown' {
  return name === undefined ? 'unknown' : [spelled(name.name)];
}
