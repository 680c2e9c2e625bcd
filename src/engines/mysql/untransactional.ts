import type { Statement } from '../../sql/sql.ts';
import { SqlFailure } from '../failure.ts';
import type { Look } from './definition.ts';
import { SYSTEM } from './names.ts';
import { literal } from './wire.ts';

/**
 * Which statements write rows that no ROLLBACK takes back: those of tables whose storage engine has no transactions,
 * written directly, or by a trigger, a view or a routine that names one of them.
 */
export class Untransactional {
  /** Names in lower case, of any database; undefined until the server was asked. */
  #names: ReadonlySet<string> | undefined;
  /** New tables have another storage engine than InnoDB unless they name one. */
  readonly #byDefault: boolean;

  constructor(defaultEngine: string) {
    this.#byDefault = !TRANSACTIONAL.includes(defaultEngine.toLowerCase());
  }

  /** Call it for each statement that was sent: what may have made such a table is found out when it matters. */
  sent({ sql }: Statement): void {
    if (this.#names === undefined) return;
    if (this.#names.size > 0 ? DEFINES.test(sql) : MAKES.test(sql) || (this.#byDefault && DEFINES.test(sql)))
      this.#names = undefined;
  }

  /** Whether it may write to one of them. */
  async writes({ sql }: Statement, look: Look): Promise<boolean> {
    try {
      this.#names ??= await namesOf(look);
    } catch (error) {
      // A table that is locked hides which engine it has.
      if (error instanceof SqlFailure && error.kind === 'lock-timeout') return true;
      throw error;
    }
    if (this.#names.size === 0) return false;
    const text = sql.toLowerCase();
    return [...this.#names].some((name) => text.includes(name));
  }
}

const TRANSACTIONAL = ['innodb', 'rocksdb', 'tokudb', 'ndbcluster', 'ndb'];
const DEFINES = /^\W*(?:create|alter|rename|drop|call|execute|begin|set|load)\b/i;
const MAKES =
  /\bengine\b\s*=?\s*(?!innodb\b)[a-z'"`]|\blike\b|storage_engine|^\W*(?:call|execute|rename|begin)\b/i;

async function namesOf(look: Look): Promise<ReadonlySet<string>> {
  const [tables = []] = await look(
    `SELECT LOWER(TABLE_NAME) AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA NOT IN (${SYSTEM})
     AND TABLE_TYPE = 'BASE TABLE' AND LOWER(ENGINE) NOT IN (${TRANSACTIONAL.map(literal).join(', ')})`,
  );
  const names = new Set(tables.map((row) => row.name ?? ''));
  if (names.size === 0) return names;
  const [texts = []] = await look(
    `SELECT LOWER(EVENT_OBJECT_TABLE) AS name, LOWER(ACTION_STATEMENT) AS text FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA NOT IN (${SYSTEM})
     UNION ALL SELECT LOWER(TABLE_NAME), LOWER(VIEW_DEFINITION) FROM information_schema.VIEWS WHERE TABLE_SCHEMA NOT IN (${SYSTEM})
     UNION ALL SELECT LOWER(ROUTINE_NAME), LOWER(ROUTINE_DEFINITION) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA NOT IN (${SYSTEM})`,
  );
  for (let before = 0; before < names.size; ) {
    before = names.size;
    for (const { name, text } of texts) {
      // A text that may not be read may name anything.
      if (name != null && (text == null || [...names].some((each) => text.includes(each)))) names.add(name);
    }
  }
  return names;
}
