import type { Dialect } from './dialect.ts';
import { mariadb, mysql } from './mysql/mysql.ts';
import { postgres } from './postgres/postgres.ts';

const DIALECTS: Readonly<Record<Dialect['name'], Dialect>> = { postgres, mysql, mariadb };

export function dialectOf(engine: Dialect['name']): Dialect {
  return DIALECTS[engine];
}
