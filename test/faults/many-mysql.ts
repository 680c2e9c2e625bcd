import type { MysqlKind } from '../support/mysql-binaries.ts';
import { madeDir } from './support.ts';

/** More than get a snapshot each: then the end of one travels with the beginning of the next. */
const COUNT = 103;

/** A schema directory of many small migrations of every kind that ends in its own way. */
export function manyMysqlDir(kind: MysqlKind): ReturnType<typeof madeDir> {
  const files: Record<string, string> = {};
  for (let n = 1; n <= COUNT; n += 1) {
    const version = String(n).padStart(3, '0');
    files[`${version}_step.sql`] = step(n);
    if (n % 5 === 0) files[`${version}_step.undo.sql`] = `DROP TABLE IF EXISTS t_${n};\n`;
  }
  return madeDir('many', files, '', kind);
}

function step(n: number): string {
  const [table, before] = [`t_${n}`, `t_${n - (n % 8)}`];
  switch (n % 8) {
    case 1:
      return `CREATE TABLE ${table} (id bigint PRIMARY KEY, note varchar(20));\n`;
    case 2:
      return `CREATE TABLE ${table} (id bigint);\nINSERT INTO ${table} VALUES (1), (2);\nALTER TABLE ${table} ADD COLUMN note varchar(20) DEFAULT 'x';\n`;
    case 3:
      return n === 3 ? 'CREATE TABLE pile (n int);\n' : `INSERT INTO pile VALUES (${n});\n`;
    case 4:
      return '-- Nothing to do.\n';
    case 5:
      return `SET @n = ${n}, sql_mode = 'ANSI_QUOTES', lock_wait_timeout = 7;\nCREATE TABLE "${table}" (id bigint);\nINSERT INTO ${table} VALUES (@n);\n`;
    case 6:
      // Were the mode of the file before it still in force, this would be a name.
      return `CREATE TABLE ${table} AS SELECT "a" AS note;\n`;
    case 7:
      return `CREATE TABLE ${table} (id bigint);\nCREATE TRIGGER ${table}_counts AFTER INSERT ON ${table} FOR EACH ROW INSERT INTO pile VALUES (NEW.id);\nINSERT INTO ${table} VALUES (${n});\n`;
    default:
      return `CREATE TABLE ${table} (id bigint);\nCREATE INDEX ${table}_id ON ${table} (id);\nALTER TABLE ${table} COMMENT = 'after ${before}';\n`;
  }
}
