import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { MysqlKind } from '../test/support/mysql-binaries.ts';
import { dumpOf } from '../test/support/mysql-server.ts';
import type { Testimony, Witness } from './witness.ts';

const OURS = ['meta', 'claim', 'history', 'journal', 'snapshot', 'object'];

/** Looks with what MySQL and MariaDB have for it. */
export class MysqlWitness implements Witness {
  readonly takesDdlBack = false;
  readonly tellsColumn = false;
  readonly #url: string;
  readonly #server: { readonly kind: MysqlKind; readonly version: number };
  readonly #eye: Connection;
  readonly #hand: Connection;

  private constructor(
    url: string,
    server: { readonly kind: MysqlKind; readonly version: number },
    eye: Connection,
    hand: Connection,
  ) {
    this.#url = url;
    this.#server = server;
    this.#eye = eye;
    this.#hand = hand;
  }

  static async open(
    url: string,
    server: { readonly kind: MysqlKind; readonly version: number },
  ): Promise<MysqlWitness> {
    const options = { uri: url, dateStrings: true };
    const [eye, hand] = await Promise.all([createConnection(options), createConnection(options)]);
    return new MysqlWitness(url, server, eye, hand);
  }

  async run(sql: string): Promise<void> {
    await this.#hand.query(sql);
  }

  async rows(sql: string): Promise<readonly string[]> {
    const [rows] = await this.#eye.query<RowDataPacket[][]>({ sql, rowsAsArray: true });
    return rows.map((row) => row.map(String).join('|'));
  }

  async answers(sql: string): Promise<boolean> {
    return this.rows(sql).then(
      () => true,
      () => false,
    );
  }

  async isTrue(sql: string): Promise<boolean> {
    const [row] = await this.rows(sql);
    return row === '1';
  }

  async testimony(): Promise<Testimony> {
    const database = new URL(this.#url).pathname.slice(1);
    const how = this.#server.kind === 'mysql' ? 'mysqldump' : 'mariadb-dump';
    const without = OURS.map((table) => `--ignore-table=${database}.mooring_${table}`);
    const dump = await dumpOf(this.#server, this.#url, ['--no-data', '--skip-comments', ...without]);
    // How many rows there were is no part of a schema.
    return { how, schema: dump.replace(/ AUTO_INCREMENT=\d+/g, '') };
  }

  tables(): Promise<readonly string[]> {
    return this.rows(
      `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT LIKE 'mooring|_%' ESCAPE '|' ORDER BY 1`,
    );
  }

  async columns(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.rows(
      `SELECT CONCAT(TABLE_NAME, '.', COLUMN_NAME), CONCAT(COLUMN_TYPE, ' ', IS_NULLABLE), COLUMN_DEFAULT
       FROM information_schema.COLUMNS JOIN information_schema.TABLES USING (TABLE_SCHEMA, TABLE_NAME)
       WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME NOT LIKE 'mooring|_%' ESCAPE '|'`,
    );
    return new Map(rows.map((row) => [row.slice(0, row.indexOf('|')), row]));
  }

  async goods(): Promise<string> {
    return (
      await this.rows(
        `SELECT 'product', id, name, price FROM products
         UNION ALL SELECT 'order', id, product_id, CONCAT_WS(' ', quantity, state, placed_at) FROM orders ORDER BY 1, 2`,
      )
    ).join('\n');
  }

  async numberOf(table: string): Promise<string> {
    const view = this.#server.kind === 'mysql' ? 'INNODB_TABLES' : 'INNODB_SYS_TABLES';
    return (
      await this.rows(
        `SELECT TABLE_ID FROM information_schema.${view} WHERE NAME = CONCAT(DATABASE(), '/${table}')`,
      )
    ).join();
  }

  waits(words: string): Promise<boolean> {
    return this.isTrue(
      `SELECT COUNT(*) = 1 FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for%lock' AND INFO LIKE '${words}%'`,
    );
  }

  named(object: string): string {
    return object;
  }

  ours(table: string): string {
    return `mooring_${table}`;
  }

  dropIndex(index: string, table: string): string {
    return `DROP INDEX ${index} ON ${table}`;
  }

  passed(minutes: number): string {
    return `UPDATE mooring_claim SET at = at - INTERVAL ${minutes} MINUTE`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#eye.end(), this.#hand.end()]);
  }
}
