import type { Json } from '../../../catalog/catalog.ts';
import { inner } from './columns.ts';
import { namesWithin } from './indexes.ts';
import { spelled } from './names.ts';
import type { Draft, Reading } from './reading.ts';
import { namesIn, type Piece, tokensText } from './tables.ts';
import { nameIn, type Token } from './tokens.ts';

/** `CONSTRAINT name FOREIGN KEY …` or `CONSTRAINT name CHECK (…)`. */
export function takeConstraint(piece: Piece, reading: Reading): Draft {
  const { tokens, table, text } = piece;
  const [, name, kind, ...rest] = tokens;
  const isForeign = kind?.text === 'FOREIGN';
  const properties = isForeign ? foreignKey(rest.slice(1), text) : check(rest, text);
  const columns = isForeign
    ? (properties.columns as readonly string[])
    : namesWithin(String(properties.check)).map(spelled);
  const constraint: Draft = {
    kind: 'constraint',
    identity: `${spelled(nameIn(name))} on ${table.identity}`,
    parent: `table ${table.identity}`,
    properties,
    dependsOn: columns
      .map((column) => `column ${table.identity}.${column}`)
      .filter((key, at, all) => reading.drafts.has(key) && all.indexOf(key) === at),
  };
  reading.add(constraint);
  return constraint;
}

/** `(columns) REFERENCES table (columns) ON DELETE … ON UPDATE …` */
function foreignKey(tokens: readonly Token[], text: string): Record<string, Json> {
  const [columns, , table, ...rest] = tokens;
  const properties: Record<string, Json> = { type: 'foreign key' };
  if (columns !== undefined) properties.columns = namesIn(columns, text);
  const at = rest.findIndex(({ kind }) => kind === 'group');
  const referenced = rest[at];
  // A table of another database is printed with that one's name.
  const qualified = [table, ...rest.slice(0, at)].filter((token) => token?.kind === 'name');
  properties.references = qualified.map((token) => spelled(nameIn(token))).join('.');
  if (referenced !== undefined) properties.referencedColumns = namesIn(referenced, text);
  const actions = tokensText(rest.slice(at + 1), text);
  for (const [, event, action] of actions.matchAll(ACTION))
    properties[event === 'DELETE' ? 'onDelete' : 'onUpdate'] = action?.toLowerCase() ?? '';
  const other = actions.replaceAll(ACTION, '').trim();
  if (other !== '') properties.options = other;
  return properties;
}

const ACTION = /ON (DELETE|UPDATE) (CASCADE|RESTRICT|SET NULL|SET DEFAULT|NO ACTION)/g;

function check(tokens: readonly Token[], text: string): Record<string, Json> {
  const [expression, ...rest] = tokens;
  const properties: Record<string, Json> = { type: 'check', check: inner(expression?.text ?? '()') };
  const other = tokensText(rest, text);
  if (other === 'NOT ENFORCED') properties.enforced = false;
  else if (other !== '') properties.options = other;
  return properties;
}
