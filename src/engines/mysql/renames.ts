import type { NewName } from '../engine.ts';
import { spelled } from './catalog/catalog.ts';
import type { Words } from './words.ts';

/** Tables and columns that a statement gives another name, in its order: what they hold stays. */
export function renamedBy(words: Words): readonly NewName[] {
  if (words.take('rename', 'table') || words.take('rename', 'tables')) {
    words.take('if', 'exists');
    return words.parts().flatMap((part) => {
      const from = part.name();
      while (!part.ended && !part.take('to')) part.skip();
      return newName('table', from?.name, part.name()?.name);
    });
  }
  if (!words.take('alter')) return [];
  while (words.oneOf('online', 'ignore') !== undefined) {
    // MariaDB: each may stand there.
  }
  if (!words.take('table')) return [];
  words.take('if', 'exists');
  const table = words.name()?.name;
  if (table === undefined) return [];
  const columns: NewName[] = [];
  let whole: readonly NewName[] = [];
  for (const part of words.parts()) {
    if (part.take('rename', 'column')) {
      part.take('if', 'exists');
      const from = part.name()?.name;
      part.take('to');
      columns.push(...newName('column', columnOf(table, from), columnOf(table, part.name()?.name)));
    } else if (part.take('change')) {
      part.take('column');
      part.take('if', 'exists');
      const from = part.name()?.name;
      columns.push(...newName('column', columnOf(table, from), columnOf(table, part.name()?.name)));
    } else if (part.take('rename') && !['index', 'key'].includes(part.next)) {
      part.oneOf('to', 'as', '=');
      whole = newName('table', table, part.name()?.name);
    }
  }
  // The columns are named by the table that they were in.
  return [...columns, ...whole];
}

function columnOf(table: string, column: string | undefined): string | undefined {
  return column === undefined ? undefined : `${spelled(table)}.${spelled(column)}`;
}

function newName(
  kind: 'table' | 'column',
  from: string | undefined,
  to: string | undefined,
): readonly NewName[] {
  if (from === undefined || to === undefined || from === to) return [];
  const key = (name: string): string => `${kind} ${kind === 'table' ? spelled(name) : name}`;
  return [{ from: key(from), to: key(to) }];
}
