import pg from 'pg';
import { canDump, pgDump } from '../test/support/tools.ts';
import type { Testimony, Witness } from './witness.ts';

/** Looks at the database with PostgreSQL's own means only. */
export class PostgresWitness implements Witness {
  readonly takesDdlBack = true;
  readonly tellsColumn = true;
  readonly #url: string;
  readonly #version: number;
  /** Looks; never within a transaction, where pg_stat_activity would not move. */
  readonly #eye: pg.Client;
  /** What the shop and its people do. */
  readonly #hand: pg.Client;

  private constructor(url: string, version: number, eye: pg.Client, hand: pg.Client) {
    this.#url = url;
    this.#version = version;
    this.#eye = eye;
    this.#hand = hand;
  }

  static async open(url: string, version: number): Promise<PostgresWitness> {
    const [eye, hand] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })];
    await Promise.all([eye.connect(), hand.connect()]);
    return new PostgresWitness(url, version, eye, hand);
  }

  async run(sql: string): Promise<void> {
    await this.#hand.query(sql);
  }

  async rows(sql: string): Promise<readonly string[]> {
    const { rows } = await this.#eye.query({ text: sql, rowMode: 'array' });
    return (rows as unknown[][]).map((row) => row.map(String).join('|'));
  }

  async answers(sql: string): Promise<boolean> {
    return this.rows(sql).then(
      () => true,
      () => false,
    );
  }

  async isTrue(sql: string): Promise<boolean> {
    const [row] = await this.rows(sql);
    return row === 'true';
  }

  async testimony(): Promise<Testimony> {
    if (canDump(this.#version)) return { how: 'pg_dump', schema: await pgDump(this.#url) };
    return { how: 'catalogue queries', schema: (await this.rows(SCHEMA)).join('\n') };
  }

  async columns(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.rows(
      `SELECT table_schema || '.' || table_name || '.' || column_name, data_type || ' ' || is_nullable, column_default
       FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    return new Map(rows.map((row) => [row.slice(0, row.indexOf('|')), row]));
  }

  async goods(): Promise<string> {
    return (
      await this.rows(
        `SELECT 'product', id::text, name, price::text FROM products
         UNION ALL SELECT 'order', id::text, product_id::text, quantity || ' ' || state || ' ' || placed_at FROM orders
         ORDER BY 1, 2`,
      )
    ).join('\n');
  }

  async tables(): Promise<readonly string[]> {
    return this.rows(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1",
    );
  }

  named(object: string): string {
    return `public.${object}`;
  }

  ours(table: string): string {
    return `mooring.${table}`;
  }

  dropIndex(index: string): string {
    return `DROP INDEX ${index}`;
  }

  waits(words: string): Promise<boolean> {
    return this.isTrue(
      `SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '${words}%'`,
    );
  }

  async numberOf(table: string): Promise<string> {
    return (await this.rows(`SELECT '${table}'::regclass::oid`)).join();
  }

  passed(minutes: number): string {
    return `UPDATE mooring.claim SET at = at - interval '${minutes} minutes'`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#eye.end(), this.#hand.end()]);
  }
}

const SCHEMA = `
  SELECT 'relation', c.relname::text, c.relkind::text, pg_get_viewdef(c.oid) FROM pg_class c
    WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'column', attrelid::regclass::text || '.' || attname, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity),
      pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
  UNION ALL SELECT 'constraint', conname::text, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT 'index', indexrelid::regclass::text, indisvalid::text, pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'label', enumtypid::regtype::text, enumlabel::text, enumsortorder::text FROM pg_enum
  UNION ALL SELECT 'comment', objoid::regclass::text, objsubid::text, description FROM pg_description
    WHERE classoid = 'pg_class'::regclass AND objoid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
  ORDER BY 1, 2, 3, 4`;
