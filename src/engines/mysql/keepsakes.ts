import type { CatalogObject } from '../../catalog/catalog.ts';
import { SqlFailure } from '../failure.ts';
import { unspelled } from './catalog/catalog.ts';
import type { Reader } from './reader.ts';
import { identifier, literal } from './wire.ts';

/**
 * Statements that give grants back to objects that are dropped and made again. Only those on routines go with their
 * object; those on a view outlive it, and there are no owners. Where the account may not see them there are none.
 */
export async function keepsakes(
  reader: Reader,
  database: string,
  objects: readonly CatalogObject[],
): Promise<readonly string[]> {
  const statements: string[] = [];
  for (const { kind, identity } of objects) {
    if (kind !== 'function' && kind !== 'procedure') continue;
    const name = unspelled(identity);
    const rows = await reader
      .query([
        `SELECT User AS usr, Host AS host, Proc_priv AS privileges FROM mysql.procs_priv
         WHERE Db = ${literal(database)} AND Routine_name = ${literal(name)} AND Routine_type = ${literal(kind.toUpperCase())}`,
      ])
      .catch((error: unknown) => {
        if (error instanceof SqlFailure) return [];
        throw error;
      });
    for (const { usr, host, privileges } of rows[0] ?? []) {
      const all = (privileges ?? '').split(',').map((privilege) => privilege.trim().toUpperCase());
      const grants = all.filter((privilege) => privilege !== 'GRANT' && privilege !== '');
      const option = all.includes('GRANT') ? ' WITH GRANT OPTION' : '';
      const where = `${kind.toUpperCase()} ${identifier(database)}.${identifier(name)}`;
      const who = `${quoted(usr ?? '')}@${quoted(host ?? '')}`;
      statements.push(
        `GRANT ${grants.length === 0 ? 'USAGE' : grants.join(', ')} ON ${where} TO ${who}${option}`,
      );
    }
  }
  return statements;
}

/** As in account names. */
function quoted(text: string): string {
  return `\`${text.replaceAll('`', '``')}\``;
}
