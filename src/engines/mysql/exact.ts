import { type CatalogObject, keyOf } from '../../catalog/catalog.ts';
import type { Read, TableProof } from './catalog/reading.ts';
import { nameIn, stringIn, type Token, tokensOf } from './catalog/tokens.ts';
import { columnText } from './ddl/column-text.ts';
import { constraintText } from './ddl/constraints.ts';
import { indexText } from './ddl/indexes.ts';
import { optionTexts } from './ddl/options.ts';
import { partitionText } from './ddl/partitions.ts';
import { periodText } from './ddl/periods.ts';
import { hasRemark } from './ddl/verbatim.ts';
import type { Flavor } from './flavor.ts';

/**
 * Holds what we would write for a table against what SHOW CREATE TABLE printed, piece by piece and token by token:
 * white space, the version in a comment that only servers read, and a character set beside its collation say nothing of
 * a table; nor does the order in which its options stand.
 */
export function tableProof(flavor: Flavor): TableProof {
  return (table, parts, rest, collations) => {
    const seen = new Set<string>();
    for (const part of parts) {
      const { text, draft } = part;
      if (draft === undefined) return `the server says ${short(text)}, which is not understood`;
      if (seen.has(keyOf(draft))) return `the server says ${short(text)} beside another of this name`;
      seen.add(keyOf(draft));
      const ours = written(draft, table, flavor);
      if (hasRemark(text)) return differs(text, ours);
      const [said, meant] = [text, ours].map((each) => comparable(each, table, collations));
      if (said !== meant) return differs(text, ours);
    }
    const options = `${optionTexts(undefined, table).join(' ')}${table.properties.systemVersioning === true ? ' WITH SYSTEM VERSIONING' : ''}${partitionText(table)}`;
    return !hasRemark(rest) && comparableRest(rest, collations) === comparableRest(options, collations)
      ? undefined
      : differs(rest, options);
  };
}

function written(part: NonNullable<Read['draft']>, table: CatalogObject, flavor: Flavor): string {
  if (part.kind === 'column') return columnText(part, table);
  if (part.kind === 'index') return indexText(part, flavor);
  return part.kind === 'constraint' ? constraintText(part) : periodText(part.identity);
}

function differs(theirs: string, ours: string): string {
  return `the server says ${short(theirs)}, and our text of it would be ${short(ours)}`;
}

function short(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length <= 300 ? line : `${line.slice(0, 299)}…`;
}

function comparable(text: string, table: CatalogObject, collations: ReadonlyMap<string, string>): string {
  const words = tokensOf(text).flatMap((token, at, all) => {
    // That a column may be NULL and has no other default is told apart by the model, and said or not by the server.
    if (token.text === 'NULL' && all[at - 1]?.text === 'DEFAULT') return [];
    if (token.text === 'DEFAULT' && all[at + 1]?.text === 'NULL') return [];
    return flat(token, text);
  });
  // One of the two servers says it before the default, the other after.
  const seen = words.filter((word) => word !== 'INVISIBLE');
  const hidden = seen.length < words.length ? ' INVISIBLE' : '';
  return `${seen.join(' ')}${hidden}`.replace(COLLATION, (_, charset?: string, collation?: string) => {
    const name = collation ?? collations.get(charset ?? '') ?? charset;
    // That of the table is said or not where that changes nothing.
    return name === table.properties.collation ? '' : ` COLLATE ${name}`;
  });
}

const COLLATION = /(?: CHARACTER SET (\w+))?(?: COLLATE (\w+)|(?<= CHARACTER SET \w+))/;

/** What stands in a group is compared token by token, too. */
function flat(token: Token, text: string): readonly string[] {
  if (token.kind === 'group')
    return ['(', ...tokensOf(text, token.start + 1, token.end - 1).flatMap((each) => flat(each, text)), ')'];
  return [token.kind === 'string' ? JSON.stringify(stringIn(token.text)) : token.text];
}

/** Options in the order of their names, then how the table is parted. */
function comparableRest(text: string, collations: ReadonlyMap<string, string>): string {
  const tokens = tokensOf(text);
  const at = tokens.findIndex((token, n) => token.text === 'PARTITION' && tokens[n + 1]?.text === 'BY');
  const parts = at < 0 ? [] : tokens.slice(at).flatMap((token) => flat(token, text));
  const options = new Map<string, string>();
  let words: string[] = [];
  const list = at < 0 ? tokens : tokens.slice(0, at);
  for (let n = 0; n < list.length; n += 1) {
    const token = list[n];
    const value = list[n + 1];
    if (token?.text === '=' || token?.text.toUpperCase() === 'TABLESPACE') {
      const name = [...words, token.text === '=' ? '' : token.text].join(' ').trim().toUpperCase();
      options.set(name, value === undefined ? '' : flat(value, text).join(' '));
      words = [];
      n += 1;
    } else if (token !== undefined) words.push(nameIn(token));
  }
  const charset = options.get('DEFAULT CHARSET');
  const collation = options.get('COLLATE') ?? options.get('DEFAULT COLLATE') ?? collations.get(charset ?? '');
  for (const name of ['DEFAULT CHARSET', 'DEFAULT COLLATE']) options.delete(name);
  options.set('COLLATE', collation ?? '');
  const sorted = [...options].map(([name, value]) => `${name}=${value}`).sort();
  // The server counts the parts that it makes of its own accord.
  return [...sorted, ...words, ...parts].join(' ').replace(/ AUTO PARTITIONS \d+/, ' AUTO');
}
