import type { Json } from '../../../catalog/catalog.ts';
import { spelled } from './names.ts';
import { type Draft, put, type Reading } from './reading.ts';
import { type Piece, tokensText } from './tables.ts';
import { listOf, nameIn, stringIn, type Token, tokensOf } from './tokens.ts';

/** An index: `[PRIMARY|UNIQUE|FULLTEXT|SPATIAL|VECTOR] KEY name (parts) options`. The primary key's name is PRIMARY. */
export function takeIndex({ text, tokens, table }: Piece, reading: Reading): Draft | undefined {
  const at = tokens.findIndex(({ kind }) => kind === 'group');
  const parts = tokens[at];
  if (parts === undefined) return undefined;
  const words = tokens.slice(0, at);
  const type = words[0]?.text ?? '';
  const name = words.find(({ kind }) => kind === 'name');
  const properties: Record<string, Json> = { columns: partsOf(parts, text).map((part) => part.text) };
  if (type === 'PRIMARY') properties.type = 'primary key';
  else if (type !== 'KEY' && type !== 'UNIQUE') properties.type = type.toLowerCase();
  if (type === 'PRIMARY' || type === 'UNIQUE') properties.unique = true;
  takeOptions(tokens.slice(at + 1), text, properties);
  const columns = partsOf(parts, text).flatMap((part) => part.columns);
  const index: Draft = {
    kind: 'index',
    identity: `${name === undefined ? 'PRIMARY' : spelled(nameIn(name))} on ${table.identity}`,
    parent: `table ${table.identity}`,
    properties,
    dependsOn: columnKeys(columns, table.identity, reading),
  };
  reading.add(index);
  return index;
}

/** Keys of those names that are columns of the table. */
export function columnKeys(names: readonly string[], table: string, reading: Reading): readonly string[] {
  const keys = names.map((name) => `column ${table}.${spelled(name)}`);
  return [...new Set(keys)].filter((key) => reading.drafts.has(key));
}

/** Names in backticks anywhere in an expression. */
export function namesWithin(expression: string): readonly string[] {
  return tokensOf(expression).flatMap((token) => {
    if (token.kind === 'name') return [nameIn(token)];
    return token.kind === 'group' ? namesWithin(token.text.slice(1, -1)) : [];
  });
}

/** `x(3) DESC`, `(n + 1)` as printed, names spelled as everywhere. */
function partsOf(
  group: Token,
  text: string,
): readonly { readonly text: string; readonly columns: readonly string[] }[] {
  return listOf(group, text).map(([start, end]) => {
    const [first, ...more] = tokensOf(text, start, end);
    const printed = text.slice(start, end);
    if (first?.kind !== 'name') return { text: printed, columns: namesWithin(printed) };
    const rest = more.length === 0 ? '' : tokensText([first, ...more], text).slice(first.text.length);
    return { text: `${spelled(nameIn(first))}${rest}`, columns: [nameIn(first)] };
  });
}

function takeOptions(tokens: readonly Token[], text: string, properties: Record<string, Json>): void {
  const other: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) continue;
    const value = (): string => {
      at += tokens[at + 1]?.text === '=' ? 2 : 1;
      return tokens[at]?.text ?? '';
    };
    if (token.text === 'USING') properties.using = value();
    else if (token.text === 'KEY_BLOCK_SIZE') properties.keyBlockSize = Number(value());
    else if (token.text === 'COMMENT') put(properties, 'comment', stringIn(value()));
    else if (token.text === 'INVISIBLE' || token.text === 'IGNORED') properties.invisible = true;
    else if (token.text === 'WITH' && tokens[at + 1]?.text === 'PARSER') {
      properties.parser = nameIn(tokens[at + 2]);
      at += 2;
    } else other.push(token);
  }
  if (other.length > 0) properties.options = tokensText(other, text);
}
