import { madeDir } from './support.ts';

/** More than get a snapshot each: then their ends travel with their last statements, and nobody waits for the disk. */
const COUNT = 104;

/** A schema directory of many small migrations of every kind that travels in its own way. */
export function manyDir(): ReturnType<typeof madeDir> {
  const files: Record<string, string> = {};
  for (let n = 1; n <= COUNT; n += 1) {
    const version = String(n).padStart(3, '0');
    files[`${version}_step.sql`] = step(n);
    if (n % 5 === 0) files[`${version}_step.undo.sql`] = `DROP TABLE IF EXISTS t_${n};\n`;
  }
  return madeDir('many', files);
}

function step(n: number): string {
  const table = `t_${n}`;
  switch (n % 8) {
    case 1:
      return `CREATE TABLE ${table} (id bigint PRIMARY KEY, note text);\n`;
    case 2:
      return `CREATE TABLE ${table} (id bigint);\nINSERT INTO ${table} VALUES (1), (2);\nALTER TABLE ${table} ADD COLUMN note text DEFAULT 'x';\n`;
    case 3:
      return `CREATE TABLE ${table} (id bigint);\nCOPY ${table} FROM stdin;\n1\n2\n\\.\n`;
    case 4:
      return '-- Nothing to do.\n';
    case 5:
      return `SET search_path = pg_catalog;\nCREATE TABLE public.${table} (id bigint);\nSET standard_conforming_strings = off;\n`;
    case 6:
      // Read with the strings of the file before it, the backslash would take the quote with it.
      return `CREATE TABLE ${table} AS SELECT 'a\\'::text AS note;\n`;
    case 7:
      return `DO $$ BEGIN EXECUTE 'CREATE TABLE ${table} (id bigint)'; END $$;\n`;
    default:
      return `CREATE TABLE ${table} (id bigint);\nCREATE INDEX CONCURRENTLY ${table}_id ON ${table} (id);\n`;
  }
}
