import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { KindRules } from '../../rules.ts';
import { literal } from './text.ts';

/** What new tables take from the database that the session is in. */
export const database: KindRules = {
  weight: 0,
  frame: true,
  create: (object) => ({ main: { sql: sqlOf(object, () => true) }, parts: [] }),
  drop: () => [],
  alter: ({ after, changed }) => ({
    statements: changed.size === 0 ? [] : [{ sql: sqlOf(after, (name) => changed.has(name)) }],
  }),
};

function sqlOf({ properties }: CatalogObject, says: (name: string) => boolean): string {
  const words = [
    says('collation') ? `COLLATE ${properties.collation}` : '',
    says('comment') && (properties.comment !== undefined || !says('collation'))
      ? `COMMENT ${literal(String(properties.comment ?? ''))}`
      : '',
    says('encryption') && (properties.encryption !== undefined || !says('collation'))
      ? `ENCRYPTION ${properties.encryption === true ? "'Y'" : "'N'"}`
      : '',
  ].filter((word) => word !== '');
  return `ALTER DATABASE ${words.join(' ')}`;
}
