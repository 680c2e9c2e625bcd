import type { Dialect, Statement, Token } from '../../sql/sql.ts';
import { classify } from './classify.ts';
import { staysWithin } from './dynamic.ts';
import { tokensOf } from './words.ts';

/** A statement as it runs in another database than its own, or why it would reach beyond that one. */
export type Confined = { readonly sql: string } | { readonly reaches: string };

/** Verbs that stay within the database in use; what else they may do is looked for by their words. */
const WITHIN = new Set(
  'select insert update delete replace with values table call do truncate create drop alter rename set analyze optimize check repair checksum lock unlock begin start commit show'.split(
    ' ',
  ),
);
/** Words by which one of those would reach the server, its files, or SQL that nobody sees before it runs. */
const BEYOND = new Set([
  'outfile',
  'dumpfile',
  'load_file',
  'global',
  'persist',
  'persist_only',
  'password',
  'server',
  'tablespace',
  'logfile',
  'instance',
  'soname',
  'user',
  'role',
  'connection',
  'release_all_locks',
  'release_lock',
  'get_lock',
]);

/** Words by which a routine runs SQL that nobody sees before. */
const DYNAMIC = new Set(['prepare', 'execute', 'immediate']);

/**
 * A statement for a database of another name: its own name is taken out where it qualifies another, and what names one of
 * the server's other databases, or something that is no database's, is refused. `own` and `others` are databases.
 */
export function confine(
  dialect: Dialect,
  statement: Statement,
  own: string,
  others: ReadonlySet<string>,
): Confined {
  const { sql } = statement;
  const tokens = tokensOf(dialect, sql);
  const verb = tokens[0]?.text.toLowerCase() ?? '';
  if (verb === 'use')
    return nameOf(tokens[1]) === own ? { sql: 'DO 0' } : { reaches: `it leaves the database: ${sql}` };
  const kind = classify(dialect, statement);
  const about = kind.settlement?.rule === 'definition' ? kind.settlement.objects : [];
  const known = WITHIN.has(verb) && (kind.effect !== 'ddl' || kind.settlement !== undefined);
  if (!known || about.some((each) => each.kind === 'database'))
    return { reaches: `it may reach beyond the database: ${short(sql)}` };
  return within(dialect, sql, own, others);
}

/** The same for a text that is the server's own (SHOW CREATE), whose verb is known. */
export function within(dialect: Dialect, sql: string, own: string, others: ReadonlySet<string>): Confined {
  const plain = dialect.tokens({ file: '', text: sql });
  const runsMore = plain.some(
    ({ kind, text }) => kind === 'word' && (DYNAMIC.has(text.toLowerCase()) || /^call$/i.test(text)),
  );
  if (runsMore && !staysWithin(sql, plain, new Set([...others, own.toLowerCase()])))
    return { reaches: `it runs SQL that cannot be told beforehand: ${short(sql)}` };
  const cuts: (readonly [number, number])[] = [];
  for (const [n, token] of tokensOf(dialect, sql).entries()) {
    const word = token.kind === 'word' ? token.text.toLowerCase() : '';
    if (BEYOND.has(word) && !isDefiner(plain, n)) return { reaches: `it says ${token.text}: ${short(sql)}` };
  }
  const hints = plain.filter(({ kind }) => kind === 'hint').flatMap(({ text }) => tokensOf(dialect, text));
  for (const list of [plain, hints]) {
    for (const [n, token] of list.entries()) {
      if (list[n + 1]?.text !== '.' || list[n - 1]?.text === '.' || list[n - 1]?.text === '@') continue;
      const name = nameOf(token);
      if (name === undefined) continue;
      if (name === own && list === plain) cuts.push([token.start, (list[n + 1]?.start ?? token.start) + 1]);
      else if (name === own || others.has(name.toLowerCase()))
        return { reaches: `it names the database ${name}: ${short(sql)}` };
    }
  }
  let text = sql;
  for (const [start, end] of cuts.toReversed()) text = text.slice(0, start) + text.slice(end);
  return { sql: text };
}

/** `DEFINER = CURRENT_USER` and `SQL SECURITY …` speak of accounts without touching any. */
function isDefiner(tokens: readonly Token[], n: number): boolean {
  return tokens[n - 1]?.text === '=' && tokens[n - 2]?.text.toLowerCase() === 'definer';
}

function nameOf(token: Token | undefined): string | undefined {
  if (token?.kind === 'word') return token.text;
  return token?.kind === 'quoted' ? token.text.slice(1, -1).replaceAll('``', '`') : undefined;
}

function short(sql: string): string {
  return sql.replace(/\s+/g, ' ').slice(0, 80);
}
