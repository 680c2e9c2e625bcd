import { MooringError } from '../api/api.ts';
import type { DataMap, Mapping, Value } from './object.ts';

/**
 * One YAML document with its `---`, in the small part of YAML that readers of 1.1 and of 1.2 take for the same: block
 * mappings and lists, every string in double quotes or as a literal block, keys plain only where no reader sees
 * anything but a word in them. Members that are `undefined` are left out.
 * Throws `internal` for half of a surrogate pair and for numbers that JSON does not have.
 */
export function yamlDocument(value: Mapping): string {
  return `---\n${members(value, 0)}`;
}

function members(mapping: Mapping, indent: number): string {
  const pad = ' '.repeat(indent);
  let text = '';
  for (const key of Object.keys(mapping)) {
    const value = mapping[key];
    if (value !== undefined) text += `${pad}${keyText(key)}:${after(value, indent)}`;
  }
  return text;
}

/** Two objects may carry the same bundle, which is most of what is written. */
const writtenData = new WeakMap<DataMap, { readonly indent: number; readonly text: string }>();

function data(map: DataMap, indent: number): string {
  const known = writtenData.get(map);
  if (known?.indent === indent) return known.text;
  const pad = ' '.repeat(indent);
  let text = '';
  for (const [key, value] of map) {
    const written = typeof value === 'string' ? value : Buffer.from(value).toString('base64');
    text += `${pad}${keyText(key)}:${after(written, indent)}`;
  }
  writtenData.set(map, { indent, text });
  return text;
}

function items(list: readonly Value[], indent: number): string {
  const pad = ' '.repeat(indent);
  let text = '';
  for (const value of list) {
    if (isFilled(value)) text += `${pad}- ${nested(value, indent + 2).slice(indent + 2)}`;
    else text += `${pad}-${after(value, indent)}`;
  }
  return text;
}

/** What follows a `key:` or `-` at this indent, up to the end of the line or of the block. */
function after(value: Value, indent: number): string {
  if (typeof value === 'string') return ` ${stringText(value, indent + 2)}\n`;
  if (isFilled(value)) return `\n${nested(value, indent + 2)}`;
  if (typeof value === 'object' && value !== null) return isList(value) ? ' []\n' : ' {}\n';
  return ` ${typeof value === 'number' ? numberText(value) : String(value)}\n`;
}

type Filled = Mapping | DataMap | readonly Value[];

function nested(value: Filled, indent: number): string {
  if (isList(value)) return items(value, indent);
  return isData(value) ? data(value, indent) : members(value, indent);
}

function isList(value: unknown): value is readonly Value[] {
  return Array.isArray(value);
}

function isData(value: Mapping | DataMap): value is DataMap {
  return value instanceof Map;
}

function isFilled(value: Value): value is Filled {
  if (typeof value !== 'object' || value === null) return false;
  if (isList(value)) return value.length > 0;
  if (isData(value)) return value.size > 0;
  for (const key in value) if (value[key] !== undefined) return true;
  return false;
}

/** What every reader takes for a word: no word that means true, false or null to one of them, nothing like a number. */
const PLAIN_KEY = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z][-a-z0-9_./]*$/i;

function keyText(key: string): string {
  return PLAIN_KEY.test(key) && key.length <= 200 ? key : quoted(key);
}

/**
 * Characters that stand for themselves in a literal block. Not among them: line ends that 1.1 knows and 1.2 does not,
 * carriage returns, which readers turn into line feeds, the byte order mark, and what is not printable.
 */
const LITERAL = /^[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** Most texts; a look without `u` takes a tenth of the time. */
const ASCII_LITERAL = /^[\t\n\x20-\x7e]*$/;

function stringText(text: string, indent: number): string {
  return text.includes('\n') && /[^\s]/.test(text) && (ASCII_LITERAL.test(text) || LITERAL.test(text))
    ? literal(text, indent)
    : quoted(text);
}

function literal(text: string, indent: number): string {
  // Without it readers would take the indent of the first line for that of the block.
  const indicator = /^[\s]/.test(text) ? '2' : '';
  const ends = text.endsWith('\n');
  const chomping = !ends ? '-' : text.endsWith('\n\n') ? '+' : '';
  const body = ends ? text.slice(0, -1) : text;
  const pad = ' '.repeat(indent);
  const lines = /\n\n|\n$/.test(body)
    ? body.replace(/^(?=[^\n])/gm, pad)
    : `${body.startsWith('\n') ? '' : pad}${body.replaceAll('\n', `\n${pad}`)}`;
  return `|${indicator}${chomping}\n${lines}`;
}

const ESCAPED = /["\\]|[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/gu;
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new MooringError('internal', 'YAML cannot hold half of a surrogate pair.');
  return `"${text.replace(ESCAPED, (character) => SHORT[character] ?? byNumber(character.codePointAt(0) ?? 0))}"`;
}

function byNumber(code: number): string {
  const hex = code.toString(16).toUpperCase();
  return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** Readers of 1.1 take a number with an exponent for one only when it has a point and a sign as well. */
function numberText(number: number): string {
  if (!Number.isFinite(number))
    throw new MooringError('internal', `YAML as JSON has it cannot hold ${number}.`);
  const text = JSON.stringify(number);
  const [mantissa = '', exponent] = text.split('e');
  return exponent === undefined ? text : `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent}`;
}
