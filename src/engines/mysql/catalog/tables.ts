import type { Json } from '../../../catalog/catalog.ts';
import { takeColumn } from './columns.ts';
import { takeConstraint } from './constraints.ts';
import { takeIndex } from './indexes.ts';
import { spelled } from './names.ts';
import { type Draft, NOTHING, put, type Read, type Reading } from './reading.ts';
import { listOf, nameIn, stringIn, type Token, tokensOf } from './tokens.ts';

/** A table with all that SHOW CREATE TABLE says of it: columns, indexes, constraints, periods, options, partitions. */
export function takeTable(name: string, create: string, reading: Reading): void {
  const tokens = tokensOf(create);
  const at = tokens.findIndex(({ kind }) => kind === 'group');
  const body = tokens[at];
  const table = reading.add({
    kind: 'table',
    identity: spelled(name),
    properties: {},
    dependsOn: NOTHING,
  });
  if (body === undefined || table === undefined) return;
  takeOptions(tokens.slice(at + 1), create, table, reading);
  const parts: Read[] = [];
  for (const [start, end] of listOf(body, create)) {
    const piece: Piece = { text: create, tokens: tokensOf(create, start, end), table };
    parts.push({ text: create.slice(start, end), draft: takePiece(piece, reading) });
  }
  // A table of which something would get lost on the way to our text and back is kept as the server says it.
  const unlike = reading.proof(table, parts, create.slice(body.end), reading.defaultCollations);
  if (unlike === undefined) return;
  table.properties.verbatim = create;
  table.properties.unlike = unlike;
}

function takePiece(piece: Piece, reading: Reading): Draft | undefined {
  const [first, second] = piece.tokens;
  if (first?.kind === 'name') return takeColumn(piece, reading);
  if (first?.text === 'CONSTRAINT') return takeConstraint(piece, reading);
  if (first?.text === 'PERIOD' && second?.text === 'FOR') return takePeriod(piece);
  return takeIndex(piece, reading);
}

/** One definition between the commas of a table's parentheses. */
export interface Piece {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly table: Draft;
}

function takePeriod({ text, tokens, table }: Piece): Draft {
  const [, , name, columns] = tokens;
  const period = `${name?.kind === 'name' ? spelled(nameIn(name)) : name?.text} ${columns === undefined ? '' : namesIn(columns, text).join(', ')}`;
  const before = table.properties.periods;
  table.properties.periods = [...(Array.isArray(before) ? before : []), period];
  return { kind: 'period', identity: period, properties: {}, dependsOn: NOTHING };
}

/** Spelled names of a list in parentheses. */
export function namesIn(group: Token, text: string): readonly string[] {
  return listOf(group, text).map(([start, end]) => spelled(nameIn(tokensOf(text, start, end)[0])));
}

/** All after the parentheses: `NAME=value …`, then the partitions. */
function takeOptions(tokens: readonly Token[], text: string, table: Draft, reading: Reading): void {
  const partition = tokens.findIndex(
    ({ text: word }, at) => word === 'PARTITION' && tokens[at + 1]?.text === 'BY',
  );
  const options = partition < 0 ? tokens : tokens.slice(0, partition);
  const found = new Map<string, string>();
  let words: string[] = [];
  for (let at = 0; at < options.length; at += 1) {
    const token = options[at];
    if (token?.text === '=') {
      const value = options[at + 1];
      found.set(words.join(' ').toUpperCase(), value?.text ?? '');
      words = [];
      at += 1;
    } else if (
      token !== undefined &&
      at + 1 < options.length &&
      words.at(-1)?.toUpperCase() === 'TABLESPACE'
    ) {
      found.set('TABLESPACE', nameIn(token));
      words = [];
    } else words.push(nameIn(token));
    if (words.join(' ') === 'WITH SYSTEM VERSIONING') {
      table.properties.systemVersioning = true;
      words = [];
    }
  }
  // What has no value is kept as it stands, so that nothing of a table goes unseen.
  if (words.length > 0) found.set('', words.join(' '));
  takeFound(found, table, reading);
  if (partition >= 0) takePartitions(tokens.slice(partition), text, table);
}

function takeFound(found: Map<string, string>, { properties }: Draft, reading: Reading): void {
  put(properties, 'engine', found.get('ENGINE'));
  const charset = found.get('DEFAULT CHARSET') ?? '';
  put(properties, 'collation', found.get('COLLATE') ?? reading.defaultCollations.get(charset));
  const comment = found.get('COMMENT');
  if (comment !== undefined) put(properties, 'comment', stringIn(comment));
  for (const name of ['ENGINE', 'DEFAULT CHARSET', 'COLLATE', 'COMMENT', 'AUTO_INCREMENT'])
    found.delete(name);
  if (found.size > 0)
    properties.options = Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** How it is parted, and each part in its order; a part's subparts stand in its text. */
function takePartitions(tokens: readonly Token[], text: string, table: Draft): void {
  const last = tokens.at(-1);
  const first = tokens[0];
  if (first === undefined || last === undefined) return;
  const parts = last.kind === 'group' && /^\(\s*PARTITION\b/.test(last.text) ? last : undefined;
  const head = tokensText(parts === undefined ? tokens : tokens.slice(0, -1), text);
  // The server makes parts of its own accord where it is told to (`AUTO`), and counts them.
  table.properties.partitionBy = / AUTO( PARTITIONS \d+)?$/.test(head)
    ? head.replace(/ PARTITIONS \d+$/, '')
    : head;
  if (parts !== undefined)
    table.properties.partitions = listOf(parts, text).map(
      ([start, end]): Json => tokensText(tokensOf(text, start, end), text),
    );
}

/** Tokens with one space between them where there was any. */
export function tokensText(tokens: readonly Token[], text: string): string {
  let joined = '';
  let end = tokens[0]?.start ?? 0;
  for (const token of tokens) {
    joined += `${token.start > end && joined !== '' ? ' ' : ''}${text.slice(token.start, token.end)}`;
    end = token.end;
  }
  return joined;
}
