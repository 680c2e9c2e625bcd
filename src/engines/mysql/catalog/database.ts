import type { Json } from '../../../catalog/catalog.ts';
import type { Row } from '../wire.ts';
import { NOTHING, put, type Reading } from './reading.ts';

/** What new tables take from the database. Its name is no property of it: a copy under another name is equal. */
export function takeDatabase(row: Row, reading: Reading): void {
  const properties: Record<string, Json> = {};
  put(properties, 'collation', row.DEFAULT_COLLATION_NAME);
  put(properties, 'comment', row.SCHEMA_COMMENT);
  if (row.DEFAULT_ENCRYPTION === 'YES') properties.encryption = true;
  reading.add({ kind: 'database', identity: 'defaults', properties, dependsOn: NOTHING });
}
