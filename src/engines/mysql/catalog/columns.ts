import type { Json } from '../../../catalog/catalog.ts';
import { spelled } from './names.ts';
import { type Draft, NOTHING, put, type Reading } from './reading.ts';
import { type Piece, tokensText } from './tables.ts';
import { nameIn, stringIn, type Token } from './tokens.ts';

/** A column with every attribute that SHOW CREATE TABLE prints. */
export function takeColumn({ text, tokens, table }: Piece, reading: Reading): Draft {
  const rest = new Rest(tokens.slice(1), text);
  const type = typeOf(rest);
  const said = attributesOf(rest);
  const properties: Record<string, Json> = { type, ...said.properties };
  const own = said.collation ?? reading.defaultCollations.get(said.charset ?? '');
  const collation = own ?? (CHARACTER_TYPE.test(type) ? table.properties.collation : undefined);
  put(properties, 'collation', collation);
  // The server keeps whether a column says what its table says anyway.
  if (said.charset !== undefined && own === table.properties.collation) properties.collationSaid = true;
  if (canLackDefault(properties) && !said.hasDefault && !reading.flavor.leavesNullUnsaid.test(type))
    properties.noDefault = true;
  const column: Draft = {
    kind: 'column',
    identity: `${table.identity}.${spelled(nameIn(tokens[0]))}`,
    parent: `table ${table.identity}`,
    properties,
    dependsOn: NOTHING,
  };
  // Ignored columns leave no gap.
  if (reading.add(column) !== undefined) properties.rank = reading.nextRank(`column of ${table.identity}`);
  return column;
}

const CHARACTER_TYPE = /^(?:(?:var)?char|(?:tiny|medium|long)?text|enum|set)\b/;

function canLackDefault({ notNull, generated }: Readonly<Record<string, Json>>): boolean {
  return notNull === undefined && generated === undefined;
}

/** Types are printed in small letters, attributes in capitals. */
function typeOf(rest: Rest): string {
  const tokens: Token[] = [];
  while (rest.next !== undefined && (rest.next.kind === 'group' || /^[a-z]/.test(rest.next.text)))
    tokens.push(rest.take());
  return tokensText(tokens, rest.text);
}

interface Said {
  readonly properties: Record<string, Json>;
  charset?: string;
  collation?: string;
  hasDefault: boolean;
}

function attributesOf(rest: Rest): Said {
  const said: Said = { properties: {}, hasDefault: false };
  const { properties } = said;
  const other: Token[] = [];
  while (rest.next !== undefined) {
    const { text } = rest.next;
    if (rest.has('CHARACTER', 'SET')) said.charset = rest.take().text;
    else if (rest.has('COLLATE')) said.collation = rest.take().text;
    else if (rest.has('NOT', 'NULL')) properties.notNull = true;
    else if (rest.has('DEFAULT')) {
      said.hasDefault = true;
      const value = rest.term();
      if (value !== 'NULL') properties.default = value;
    } else if (rest.has('ON', 'UPDATE')) properties.onUpdate = rest.term();
    else if (rest.has('GENERATED', 'ALWAYS', 'AS')) properties.generated = generatedOf(rest);
    else if (rest.has('AUTO_INCREMENT')) properties.autoIncrement = true;
    else if (rest.has('COMMENT')) put(properties, 'comment', stringIn(rest.take().text));
    else if (rest.has('INVISIBLE')) properties.invisible = true;
    else if (rest.has('COMPRESSED')) properties.compressed = true;
    else if (rest.has('SRID')) properties.srid = Number(rest.take().text);
    else if (rest.has('CHECK')) properties.check = inner(rest.take().text);
    else if (rest.has('WITHOUT', 'SYSTEM', 'VERSIONING')) properties.systemVersioning = false;
    else if (rest.has('COLUMN_FORMAT')) properties.columnFormat = rest.take().text;
    else if (rest.has('STORAGE')) properties.storage = rest.take().text;
    else if (text !== 'NULL') other.push(rest.take());
    else rest.take();
  }
  // What this code does not know is kept as it stands, so that nothing goes unseen.
  if (other.length > 0) properties.attributes = tokensText(other, rest.text);
  return said;
}

function generatedOf(rest: Rest): Json {
  if (rest.has('ROW')) return { kind: `row ${rest.take().text.toLowerCase()}` };
  const expression = inner(rest.take().text);
  return { expression, kind: rest.has('STORED') ? 'stored' : rest.has('VIRTUAL') ? 'virtual' : '' };
}

/** What stands between a group's parentheses. */
export function inner(group: string): string {
  return group.slice(1, -1).trim();
}

/** Tokens that are still to be read. */
class Rest {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[], text: string) {
    this.#tokens = tokens;
    this.text = text;
  }

  get next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  take(): Token {
    const token = this.next;
    this.#at += 1;
    return token ?? NO_TOKEN;
  }

  /** Takes these words if they come next. */
  has(...words: readonly string[]): boolean {
    const there = words.every((word, at) => this.#tokens[this.#at + at]?.text === word);
    if (there) this.#at += words.length;
    return there;
  }

  /** A value: `'text'`, `b'101'`, `-5`, `NULL`, `uuid()`, `(1 + 2)`, `_utf8mb4'x'`. */
  term(): string {
    const tokens = [this.take()];
    if (tokens[0]?.kind === 'sign') tokens.push(this.take());
    if (tokens.at(-1)?.kind === 'word' && (this.next?.kind === 'string' || this.next?.kind === 'group'))
      tokens.push(this.take());
    return tokensText(tokens, this.text);
  }
}

const NO_TOKEN: Token = { kind: 'word', text: '', start: 0, end: 0 };
