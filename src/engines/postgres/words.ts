import { postgres as dialect } from '../../sql/sql.ts';
import { Words } from '../words.ts';

export type { Words };

/** The words of a statement. PostgreSQL's grammar (gram.y) is what the questions asked of them follow. */
export function wordsOf(sql: string): Words {
  return Words.of(dialect.tokens({ file: '', text: sql }), nameOf);
}

/** U&"…" escapes are left as written: such a name is then not found, and what depends on it is left to a person. */
function nameOf(written: string, plain: boolean): string | undefined {
  if (plain) return written.toLowerCase();
  if (!/^(?:u&)?"/i.test(written)) return undefined;
  return written.replace(/^(?:u&)?"|"$/gi, '').replaceAll('""', '"');
}
