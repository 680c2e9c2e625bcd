/** SQL text per dialect, pure: no driver, no parser of a server. */
export * from './checksum.ts';
export * from './dialect.ts';
export * from './dialects.ts';
export * from './directives.ts';
export { mariadb, mysql } from './mysql/mysql.ts';
export * from './position.ts';
export { postgres } from './postgres/postgres.ts';
export * from './source.ts';
