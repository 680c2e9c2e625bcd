import { isDuration, MooringError } from '../api/api.ts';
import type { Dialect, SqlSource } from './dialect.ts';
import { leadingComments } from './leading-comments.ts';
import { positionAt } from './position.ts';

/** What a file's leading `-- mooring: …` comments say about how it is to be run. */
export interface Directives {
  /** As the file says it; absent: as the definition says. */
  readonly transaction?: 'on' | 'off';
  readonly contract: boolean;
  readonly irreversible: boolean;
  readonly losesNothing: boolean;
  /** As written, e.g. `2s`, `0`. */
  readonly lockTimeout?: string;
  readonly statementTimeout?: string;
  readonly renamedFrom: readonly string[];
  readonly replaces: readonly string[];
}

/**
 * Reads the directives from the comments before a file's first token. Only `--` comments count. A line holds one or
 * several, apart by blanks or commas; `renamed from …` takes the rest of its line, `replaces …` a list of ids (in double
 * quotes where they hold blanks). Throws `directive-invalid` with file, line and column.
 */
export function readDirectives(source: SqlSource, dialect: Pick<Dialect, 'name'>): Directives {
  if (!BEGINS_WITH_COMMENT.test(source.text) || !DIRECTIVE.test(source.text)) return NONE;
  const found: Found[] = [];
  for (const comment of leadingComments(source.text, dialect.name)) {
    const match = /^(--\s*mooring\s*:\s*)(.*?)\s*$/i.exec(comment.text);
    if (match === null) continue;
    const [, before = '', text = ''] = match;
    if (text === '') throw invalid(source, comment.start, 'a directive is missing after `-- mooring:`', LIST);
    for (const [word, at] of parts(text)) {
      const offset = comment.start + before.length + at;
      found.push({ ...read(source, word, offset), offset });
    }
  }
  return found.length === 0 ? NONE : gather(source, found);
}

const BEGINS_WITH_COMMENT = /^\s*[-#/]/;
const DIRECTIVE = /--\s*mooring\s*:/i;
const NONE: Directives = {
  contract: false,
  irreversible: false,
  losesNothing: false,
  renamedFrom: [],
  replaces: [],
};

type Setting = 'transaction' | 'phase' | 'irreversible' | 'loses' | 'lock_timeout' | 'statement_timeout';
type Name = Setting | 'renamed from' | 'replaces';

interface Found {
  readonly name: Name;
  readonly values: readonly string[];
  readonly offset: number;
}

/** Values that a setting may have; null: none; `duration`: any. */
const SETTINGS: Readonly<Record<Setting, readonly string[] | 'duration' | null>> = {
  transaction: ['on', 'off'],
  phase: ['expand', 'contract'],
  irreversible: null,
  loses: ['nothing'],
  lock_timeout: 'duration',
  statement_timeout: 'duration',
};

const FORMS = [
  'transaction=off',
  'transaction=on',
  'phase=contract',
  'phase=expand',
  'irreversible',
  'loses=nothing',
  'lock_timeout=2s',
  'statement_timeout=5m',
  'renamed from <name>',
  'replaces <id>, <id>',
];
const LIST = `Known are: ${FORMS.join('; ')}.`;

/** Directives of one line with their offsets in it. */
function parts(text: string): [string, number][] {
  if (/^(renamed|replaces)\b/i.test(text)) return [[text, 0]];
  return [...text.matchAll(/[^\s,=]+(\s*=\s*[^\s,=]*)*|=[^\s,]*/g)].map((match) => [match[0], match.index]);
}

function read(source: SqlSource, text: string, offset: number): Omit<Found, 'offset'> {
  const renamed = /^renamed\s+from\s+(.+)$/i.exec(text);
  if (renamed?.[1] !== undefined) return { name: 'renamed from', values: [renamed[1]] };
  const replaces = /^replaces\s+(.+)$/i.exec(text);
  if (replaces?.[1] !== undefined) {
    const ids = [...replaces[1].matchAll(/"([^"]*)"|[^\s,"]+/g)].map((match) => match[1] ?? match[0]);
    if (ids.length > 0 && !ids.includes('')) return { name: 'replaces', values: ids };
  }
  const [key = '', ...values] = text.split('=').map((part) => part.trim());
  const name = key.toLowerCase() as Setting;
  const allowed = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  if (allowed === undefined) throw unknown(source, offset, text);
  if (allowed === null) {
    if (values.length > 0)
      throw invalid(source, offset, `\`${text}\`: ${name} takes no value`, `Write \`${name}\`.`);
    return { name, values: [] };
  }
  const value = values.join('=').toLowerCase();
  if (allowed === 'duration' ? isDuration(value) : allowed.includes(value)) return { name, values: [value] };
  const expected =
    allowed === 'duration' ? 'a duration such as 500ms, 2s, 5m, 1h, or 0 for none' : allowed.join(' or ');
  throw invalid(source, offset, `\`${text}\`: expected ${name}=${expected}`, formsOf(name));
}

function gather(source: SqlSource, found: readonly Found[]): Directives {
  const one = (name: Setting): string | undefined => {
    const [first, second] = found.filter((each) => each.name === name);
    if (second !== undefined) {
      throw invalid(source, second.offset, `${name} is said twice`, 'Keep one of the two.');
    }
    return first === undefined ? undefined : (first.values[0] ?? '');
  };
  const all = (name: Name): string[] =>
    found.filter((each) => each.name === name).flatMap((each) => each.values);
  const transaction = one('transaction');
  const lockTimeout = one('lock_timeout');
  const statementTimeout = one('statement_timeout');
  return {
    ...(transaction === undefined ? {} : { transaction: transaction as 'on' | 'off' }),
    contract: one('phase') === 'contract',
    irreversible: one('irreversible') !== undefined,
    losesNothing: one('loses') !== undefined,
    ...(lockTimeout === undefined ? {} : { lockTimeout }),
    ...(statementTimeout === undefined ? {} : { statementTimeout }),
    renamedFrom: all('renamed from'),
    replaces: all('replaces'),
  };
}

function unknown(source: SqlSource, offset: number, text: string): MooringError {
  const key = (text.split('=')[0] ?? '').trim().slice(0, 40);
  const far = (form: string): number =>
    Math.min(distance(text.slice(0, 40), form), distance(key, keyOf(form)));
  const nearest = FORMS.reduce((best, form) => (far(form) < far(best) ? form : best));
  const hint = `Did you mean \`${nearest}\`? ${LIST}`;
  return invalid(source, offset, `\`${text}\` is no directive that is known`, hint);
}

/** `lock_timeout=2s` → `lock_timeout`, `replaces <id>, <id>` → `replaces`. */
function keyOf(form: string): string {
  return (form.split(/[=<]/)[0] ?? '').trim();
}

function formsOf(name: string): string {
  return `Write \`${FORMS.filter((form) => form.startsWith(`${name}=`)).join('` or `')}\`.`;
}

function invalid(source: SqlSource, offset: number, what: string, hint: string): MooringError {
  const { line, column, excerpt } = positionAt(source.text, offset);
  return new MooringError('directive-invalid', `${source.file}:${line}:${column}: ${what}`, {
    file: source.file,
    line,
    column,
    excerpt,
    hint,
  });
}

/** Levenshtein's, in two rows. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, left] of [...a.toLowerCase()].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const same = left === b[j]?.toLowerCase() ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + same, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
