import type { Home } from './settings.ts';
import type { Row, Wire } from './wire.ts';

/**
 * What a migration may tell its session that our own statements must not obey. While the migration says nothing of these
 * there is nothing to do; else our statements set them aside and its next statement finds them again.
 */
export class Voice {
  readonly #home: Home;
  #meddled = false;
  #fixedTime = false;
  /** Its settings, set aside, as the SQL that gives them back. */
  #theirs: readonly string[] = [];

  constructor(home: Home) {
    this.#home = home;
  }

  /** The session is as the migration found it. */
  get isTheirs(): boolean {
    return !this.#meddled && this.#theirs.length === 0;
  }

  /** The session is as it was at its start, but for a limit on how long a statement may run. */
  reset(limited: boolean): void {
    this.#meddled = limited;
    this.#fixedTime = false;
    this.#theirs = [];
  }

  /** Call it for each statement that is about to be sent. */
  hears(sql: string): void {
    this.#meddled ||= MEDDLES.test(sql);
    this.#fixedTime ||= /\btimestamp`?\s*:?=/i.test(sql);
  }

  /** Our own statements follow. True where settings were changed for it. */
  async own(wire: Wire, sqls: readonly string[]): Promise<boolean> {
    if (!this.#meddled || this.#theirs.length > 0) return false;
    const { flavor } = this.#home;
    const [row = {}] = await wire.query(
      `SELECT ${[...SET_ASIDE, flavor.limit].map((name) => `@@SESSION.${name} AS ${name}`).join(', ')}, @@SESSION.timestamp AS stamp, CURRENT_ROLE() AS role`,
    );
    this.#theirs = this.#restoring(row);
    for (const sql of sqls) await wire.query(sql);
    return true;
  }

  /** A statement of the migration follows. */
  async theirs(wire: Wire): Promise<void> {
    const sqls = this.#theirs;
    this.#theirs = [];
    for (const sql of sqls) await wire.query(sql);
  }

  #restoring(row: Row): readonly string[] {
    const { flavor } = this.#home;
    const values = [...SET_ASIDE, flavor.limit].map((name) => `${name} = ${row[name]}`);
    if (this.#fixedTime) values.push(`timestamp = ${row.stamp}`);
    return [flavor.roleAgain(row.role ?? undefined), `SET SESSION ${values.join(', ')}`];
  }
}

const SET_ASIDE = ['lock_wait_timeout', 'innodb_lock_wait_timeout', 'sql_safe_updates'];

/** What a routine sets stays set, too. */
const MEDDLES =
  /\brole\b|timestamp`?\s*:?=|timeout|max_statement_time|max_execution_time|safe_updates|^\W*(?:call|execute|begin)\b/i;
