/** What PostgreSQL's own catalogues say, as a catalog: whole, or only what the current transaction touched. */
export { readTouched, type TouchedRead } from './incremental.ts';
export { type Origin, type OwnRange, originPoint, pointBefore } from './origin.ts';
export { type PostgresCatalogRead, type PostgresReadOptions, readCatalog } from './read.ts';
export type { ArrayQuery, ArrayRow } from './reading.ts';
export { catalogStamp } from './stamp.ts';
export { idsOf } from './state.ts';
