import { MooringError } from '../../api/api.ts';
import { ConnectionLost } from '../failure.ts';
import { type Home, knownSettings } from './settings.ts';
import type { Row, Wire } from './wire.ts';

/** How long a statement waits for a metadata lock, in milliseconds. */
const PATIENCE = 1_000;

/**
 * The connection that reads catalogs, beside the session's own: what a migration left there (temporary tables that hide
 * others, LOCK TABLES, sql_mode, time zone) does not show in what is read, and many statements go in one message. Opened
 * at the first read, when credentials are fresh, and kept.
 */
export class Reader {
  readonly #main: Wire;
  readonly #home: Home;
  readonly #mainPid: number;
  #wire: Wire | undefined;

  constructor(main: Wire, home: Home, mainPid: number) {
    this.#main = main;
    this.#home = home;
    this.#mainPid = mainPid;
  }

  /** Throws `SqlFailure`, `ConnectionLost`, `pooler-detected`. */
  readonly query = async (sqls: readonly string[]): Promise<readonly (readonly Row[])[]> => {
    if (this.#wire === undefined || this.#wire.lost) this.#wire = await this.#open();
    return this.#wire.queryAll(sqls);
  };

  async close(): Promise<void> {
    await this.#wire?.close();
  }

  abandon(): void {
    this.#wire?.destroy(new ConnectionLost('the session was given up'));
  }

  async #open(): Promise<Wire> {
    const wire = await this.#main.beside({ multipleStatements: true });
    try {
      const settings = knownSettings({ lockTimeout: PATIENCE, statementTimeout: 0 }, this.#home);
      const answers = await wire.queryAll([
        `SELECT 1 AS one FROM information_schema.PROCESSLIST WHERE ID = ${this.#mainPid}`,
        ...settings,
        `SET SESSION ${this.#home.flavor.showAll.join(', ')}`,
      ]);
      if (answers[0]?.length === 1) return wire;
    } catch (error) {
      await wire.close();
      throw error;
    }
    await wire.close();
    throw new MooringError(
      'pooler-detected',
      `a second connection to ${this.#home.database} reached another server than the first: what is read there may be old`,
      { hint: 'Connect to the one server that takes writes, not to an address that several share.' },
    );
  }
}
