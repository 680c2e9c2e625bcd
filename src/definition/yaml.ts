import {
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  mergeTag,
  parseEvents,
  YAMLException,
} from 'js-yaml';
import { type Json, MooringError, redact, type Where } from '../api/api.ts';
import { firstAmbiguous } from './ambiguous.ts';
import { holds, type Path, positions } from './positions.ts';
import { decodeUtf8 } from './utf8.ts';

export interface YamlFile {
  readonly file: string;
  readonly value: Json;
  has(path: Path): boolean;
  /** Place of the key that a path ends with, or of the deepest part of the path that is there. */
  where(path: Path): Where;
}

const LIMITS = { bytes: 1024 * 1024, depth: 60, aliases: 100, values: 20_000, manifestValues: 200_000 };

/** YAML 1.2: `on`, `off`, `yes` and `no` are words, only `true` and `false` are booleans. `<<` merges as in 1.1. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/** Own keys of these names are harmless here, but not everywhere that a definition is passed on to. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * One YAML document from a file that nobody vouches for. An empty file has the value `null`.
 * Throws `file-too-large` over 1 MiB, `not-utf8`, and `yaml-invalid` with line and column for what is no YAML, holds
 * several documents, repeats a key, grows by aliases beyond measure, or holds what JSON cannot.
 */
export function parseYaml(content: string | Uint8Array, file: string): YamlFile {
  const { source, events } = read(content, file);
  refuseSecondDocument(events, source, file);
  return documentOf(events, source, file, LIMITS.values);
}

/**
 * All documents of a file that other readers take for YAML 1.1; those that hold nothing are left out.
 * Throws as `parseYaml`, and `yaml-invalid` for a value without quotes that YAML 1.1 and 1.2 read differently.
 */
export function parseYamlDocuments(content: string | Uint8Array, file: string): readonly YamlFile[] {
  const { source, events } = read(content, file);
  const ambiguous = firstAmbiguous(events, source);
  if (ambiguous !== undefined) {
    const where = place(source, ambiguous.start, file);
    throw invalid(`${ambiguous.text} without quotes is read differently by YAML 1.1 and YAML 1.2`, where, {
      hint: `Write ${ambiguous.instead}.`,
    });
  }
  return documents(events)
    .map((each) => documentOf(each, source, file, LIMITS.manifestValues))
    .filter(({ value }) => value !== null);
}

function read(
  content: string | Uint8Array,
  file: string,
): { readonly source: string; readonly events: readonly Event[] } {
  const size = typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength;
  if (size > LIMITS.bytes) {
    throw new MooringError('file-too-large', `${file} has ${size} bytes: expected at most 1 MiB of YAML.`, {
      file,
      hint: 'Keep large texts in files of their own.',
    });
  }
  const source = (typeof content === 'string' ? content : decodeUtf8(content, file)).replace(/^\uFEFF/, '');
  return {
    source,
    events: attempt(file, source, () => parseEvents(source, { filename: file, maxDepth: LIMITS.depth })),
  };
}

function documentOf(events: readonly Event[], source: string, file: string, values: number): YamlFile {
  const [document] = attempt(file, source, () =>
    constructFromEvents([...events], {
      source,
      filename: file,
      schema: SCHEMA,
      maxAliases: LIMITS.aliases,
    }),
  );
  const offset = positions(events, source);
  const where = (path: Path): Where => place(source, offset(path), file);
  const value = plain(document, [], { left: values, of: values }, where);
  return { file, value, where, has: (path) => holds(value, path) };
}

/** The events of each document by itself: anchors do not reach into the next one. */
function documents(events: readonly Event[]): readonly (readonly Event[])[] {
  const starts = events.flatMap((event, at) => (event.type === EVENT_ID.DOCUMENT ? [at] : []));
  return starts.map((start, n) => events.slice(start, starts[n + 1]));
}

/** Line and column, both from 1, and the line with a caret below it. */
export function place(source: string, offset: number, file: string): Where {
  const before = source.slice(0, offset).split(/\r\n|\r|\n/);
  const line = before.length;
  const text = source.split(/\r\n|\r|\n/)[line - 1] ?? '';
  const lead = before.at(-1) ?? '';
  return {
    file,
    line,
    column: [...lead].length + 1,
    ...(text.length > 200 ? {} : { excerpt: `${harmless(text)}\n${lead.replace(/[^\t]/g, ' ')}^` }),
  };
}

/** Without control characters; and somebody will try to write the password right here: it must not reach a log. */
function harmless(line: string): string {
  return redact(line.replace(/(?!\t)\p{Cc}/gu, '\uFFFD')).replace(
    /(\bpass(?:word|wd|wordFrom)?["']?\s*:\s*)[^\s{&*#].*/i,
    '$1***',
  );
}

function attempt<T>(file: string, source: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const where = error.mark === undefined ? { file } : place(source, error.mark.position, file);
    throw new MooringError('yaml-invalid', `${spot(where)}: not YAML that we take: ${error.reason}.`, {
      ...where,
      hint: hintFor(error.reason, where.excerpt ?? ''),
    });
  }
}

function hintFor(reason: string, excerpt: string): string {
  if (/tab/.test(reason)) return 'Indent with spaces.';
  if (/duplicated mapping key/.test(reason)) return 'Keep one of the two.';
  if (/maxAliases/.test(reason)) return 'Write out what the aliases stand for.';
  if (/alias/.test(reason) || /[:[{,]\s*\*/.test(excerpt))
    return 'Put quotes around a value that begins with `*`, such as a cron schedule.';
  if (/complex keys/.test(reason)) return 'Keys are words: lists and mappings can only be values.';
  if (/unknown .*tag/.test(reason)) return 'Write the value without a tag.';
  return '';
}

function refuseSecondDocument(events: readonly Event[], source: string, file: string): void {
  const documents = events.filter((event) => event.type === EVENT_ID.DOCUMENT).length;
  if (documents <= 1) return;
  const separator = [...source.matchAll(/^---/gm)].at(-1);
  const where = place(source, separator?.index ?? 0, file);
  throw new MooringError(
    'yaml-invalid',
    `${spot(where)}: the file holds ${documents} YAML documents: expected one.`,
    {
      ...where,
      hint: 'Put each DatabaseSchema into a folder of its own, with its own mooring.yaml.',
    },
  );
}

/** A copy as a tree, aliases written out, so that nobody after this meets shared or circular values. */
function plain(
  value: unknown,
  path: Path,
  budget: { left: number; readonly of: number },
  where: (path: Path) => Where,
): Json {
  budget.left -= 1;
  if (budget.left < 0 || path.length > LIMITS.depth) {
    throw invalid(
      `with its aliases written out it has more than ${budget.of} values or is deeper than ${LIMITS.depth}`,
      where([]),
      { hint: 'Write out what the aliases stand for, or use fewer.' },
    );
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw invalid(`${named(path)} holds half of a surrogate pair`, where(path));
    return value;
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw invalid(`${named(path)} is ${value}, which is no number in JSON`, where(path));
    return value;
  }
  if (typeof value === 'boolean' || value === null || value === undefined) return value ?? null;
  if (Array.isArray(value)) return value.map((item, index) => plain(item, [...path, index], budget, where));
  const copy: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) {
    const at = [...path, key];
    if (FORBIDDEN_KEYS.has(key)) throw invalid(`"${key}" is a key that we do not take`, where(at));
    if (!key.isWellFormed())
      throw invalid(`a key in ${named(path)} holds half of a surrogate pair`, where(path));
    copy[key] = plain(member, at, budget, where);
  }
  return copy;
}

function named(path: Path): string {
  return path.length === 0 ? 'it' : pathText(path);
}

/** `spec.scope.ignore[0]` */
export function pathText(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
}

function invalid(what: string, where: Where, parts: { readonly hint?: string } = {}): MooringError {
  return new MooringError('yaml-invalid', `${spot(where)}: ${what}.`, {
    ...where,
    ...parts,
  });
}

function spot({ file, line, column }: Where): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}
