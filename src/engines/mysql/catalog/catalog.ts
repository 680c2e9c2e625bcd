/** What a MySQL or MariaDB server says of a database, as a catalog. */
export { type GrantParts, grantParts } from './grants.ts';
export { namesOf, spelled, unspelled } from './names.ts';
export type { QueryAll } from './raw.ts';
export { readCatalog } from './read.ts';
export { meaningOf } from './routines.ts';
export { catalogStamp } from './stamp.ts';
