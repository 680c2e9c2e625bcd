import type { Token } from '../../sql/sql.ts';

/** Words that make SQL reach beyond its database, wherever they stand in it. */
const REACHES =
  /\b(use|grant|revoke|global|persist|outfile|dumpfile|load_file|user|role|database|schema|server|tablespace|kill|shutdown|plugin|get_lock|release_lock|release_all_locks)\b/i;

/**
 * Whether SQL that a routine puts together at run time can be told to stay within its database: none of its strings names
 * another database or says a word that reaches beyond, and it does not learn such names from information_schema, which it
 * may ask about DATABASE() alone.
 */
export function staysWithin(text: string, tokens: readonly Token[], others: ReadonlySet<string>): boolean {
  for (const { kind, text: string } of tokens) {
    if (kind !== 'string') continue;
    if (REACHES.test(string)) return false;
    for (const word of string.toLowerCase().match(/[\w$\u0080-\uffff]+/g) ?? [])
      if (others.has(word)) return false;
  }
  const rest = text
    .replace(/\b(?:\w+_)?schema(?:_name)?\b\s*=\s*database\s*\(\s*\)/gi, '')
    .replace(/\binformation_schema\b/gi, '');
  return !/\b(?:\w*_schema|schema_name|processlist|databases)\b/i.test(rest);
}
