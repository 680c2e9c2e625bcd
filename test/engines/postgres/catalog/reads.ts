import pg from 'pg';
import type { Catalog, CatalogScope } from '../../../../src/catalog/catalog.ts';
import {
  type ArrayQuery,
  type PostgresReadOptions,
  readCatalog,
} from '../../../../src/engines/postgres/catalog/catalog.ts';

export const WHOLE: CatalogScope = { schemas: 'all', ignore: [], include: [] };

const AS_TEXT = { getTypeParser: () => (value: unknown) => value };

/** One session that reads catalogs, as the product's own session does. */
export interface Reader extends AsyncDisposable {
  readonly version: number;
  readonly url: string;
  readonly query: ArrayQuery;
  run(sql: string): Promise<void>;
  read(scope?: CatalogScope, options?: PostgresReadOptions): Promise<Catalog>;
}

export async function openReader(url: string): Promise<Reader> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  const ask = (text: string) => client.query({ text, rowMode: 'array', types: AS_TEXT });
  const query: ArrayQuery = Object.assign(
    async (text: string) => (await ask(text)).rows as (string | null)[][],
    {
      all: async (texts: readonly string[]) => {
        const results = (await ask(texts.join(';\n'))) as unknown as pg.QueryResult[];
        return results.map(({ rows }) => rows as unknown as (string | null)[][]);
      },
    },
  );
  const [row] = await query(`SELECT current_setting('server_version_num')`);
  const version = Number(row?.[0]);
  return {
    version,
    url,
    query,
    run: async (sql) => {
      await client.query(sql);
    },
    read: async (scope = WHOLE, options = {}) => (await readCatalog(query, scope, version, options)).catalog,
    [Symbol.asyncDispose]: () => client.end(),
  };
}
