import type { Catalog, CatalogObject, CatalogScope } from '../../../catalog/catalog.ts';

/** What initdb puts into every database: the schema `public`. Its owner before PostgreSQL 15 is whoever made the server. */
export function blank(
  { major }: Catalog['server'],
  { schemas, include }: CatalogScope,
): readonly CatalogObject[] {
  if (schemas !== 'all' && !schemas.includes('public')) return [];
  const properties = {
    comment: 'standard public schema',
    ...(include.includes('owners') && major >= 15 ? { owner: 'pg_database_owner' } : {}),
    ...(include.includes('privileges')
      ? { privileges: ['(owner): CREATE, USAGE', major >= 15 ? 'PUBLIC: USAGE' : 'PUBLIC: CREATE, USAGE'] }
      : {}),
  };
  return [{ kind: 'schema', identity: 'public', properties, dependsOn: [] }];
}
