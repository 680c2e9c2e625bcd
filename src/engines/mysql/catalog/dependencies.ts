import { namesWithin } from './indexes.ts';
import { spelled } from './names.ts';
import type { Draft, Reading } from './reading.ts';
import { nameIn, type Token, tokensOf } from './tokens.ts';

/**
 * What must be there before each object, beyond its parent. Bodies of routines, triggers and events need nothing: these
 * servers look names up when they run.
 */
export function takeDependencies(reading: Reading): void {
  for (const draft of reading.drafts.values()) {
    const needed = neededBy(draft, reading).filter(
      (key) => reading.drafts.has(key) && key !== `${draft.kind} ${draft.identity}` && key !== draft.parent,
    );
    if (needed.length > 0) draft.dependsOn = [...new Set([...draft.dependsOn, ...needed])];
  }
}

function neededBy(draft: Draft, reading: Reading): readonly string[] {
  const { kind, properties } = draft;
  if (kind === 'view') return ofView(String(properties.definition));
  if (kind === 'column') return ofColumn(draft);
  if (kind === 'constraint' && typeof properties.references === 'string') return ofForeignKey(draft, reading);
  if (kind === 'package body') return [`package ${draft.identity}`];
  return [];
}

/** The columns of the same table that it is computed from, and the sequences that it takes its values from. */
function ofColumn({ properties, parent = '' }: Draft): readonly string[] {
  const { generated, check } = properties;
  const expressions = [
    properties.default,
    check,
    (generated as { expression?: string } | undefined)?.expression,
  ];
  const names = expressions.flatMap((text) =>
    typeof text === 'string' && text.includes('`') ? namesWithin(text) : [],
  );
  const table = parent.slice('table '.length);
  return names.flatMap((name) => [`column ${table}.${spelled(name)}`, `sequence ${spelled(name)}`]);
}

/** The table, its columns, and the key over them. */
function ofForeignKey({ properties }: Draft, reading: Reading): readonly string[] {
  const table = String(properties.references);
  const columns = properties.referencedColumns as readonly string[];
  const covering = reading
    .indexes(`table ${table}`)
    .filter(({ properties: { columns: its } }) =>
      columns.every((column, at) => (its as readonly string[])[at] === column),
    );
  const index = covering.find(({ properties: { unique } }) => unique === true) ?? covering[0];
  return [
    `table ${table}`,
    ...columns.map((column) => `column ${table}.${column}`),
    ...(index === undefined ? [] : [`index ${index.identity}`]),
  ];
}

/**
 * Tables, views and sequences that it selects from, and functions that it calls. The server prints columns with their
 * table before a dot, so that a name with neither a dot nor AS beside it, after FROM, JOIN, a comma or a parenthesis, is
 * that of a table.
 */
function ofView(definition: string): readonly string[] {
  return namesIn(tokensOf(definition));
}

function namesIn(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap((token, at) => {
    if (token.kind === 'group') return namesIn(tokensOf(token.text.slice(1, -1)));
    if (token.kind !== 'name') return [];
    const [before, after] = [tokens[at - 1], tokens[at + 1]];
    const name = spelled(nameIn(token));
    if (after?.kind === 'group' && after.start === token.end) return [`function ${name}`];
    const begins = before === undefined || before.text === ',' || BEFORE_TABLE.test(before.text);
    return begins && !after?.text.startsWith('.')
      ? [`table ${name}`, `view ${name}`, `sequence ${name}`]
      : [];
  });
}

const BEFORE_TABLE = /^(?:from|join|straight_join)$/i;
