import { randomBytes } from 'node:crypto';
import { MooringError } from '../../api/api.ts';
import { confine } from '../confine.ts';
import type { Engine, Session, Target } from '../engine.ts';
import { SqlFailure } from '../failure.ts';
import { believeGrants, type GiveBeforehand } from './believed-grants.ts';
import { beyondDatabase } from './beyond.ts';
import type { Flavor } from './flavor.ts';
import { type PutToSleep, sleepingEvents } from './sleeping-events.ts';
import { identifier, literal, type Wire } from './wire.ts';

/** All that is made here begins so: an account for scratch work may be held to these names (`mooring\_scratch\_%`). */
const PREFIX = 'mooring_scratch_';

/**
 * A new, empty database on the same server, with the same character set and collation; closing the session drops it.
 * Scratch databases that a killed run left behind (older than an hour by their name) go first. What cannot be told of
 * a statement by its text is refused, unless the account sees nothing but scratch databases: then the server holds it to them.
 * Throws `privilege-missing`.
 */
export async function openScratch(
  wire: Wire,
  engine: Engine,
  flavor: Flavor,
  target: Target,
): Promise<{
  readonly session: Session;
  readonly giveBeforehand: GiveBeforehand;
  readonly putToSleep: PutToSleep;
}> {
  await dropAbandoned(wire);
  const name = `${PREFIX}${Math.floor(Date.now() / 1000)}_${randomBytes(4).toString('hex')}`;
  // An account that sees no other connects to this one, whose defaults nobody wants.
  const [here] = await wire.query(
    "SELECT DEFAULT_CHARACTER_SET_NAME AS charset, DEFAULT_COLLATION_NAME AS collation FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE() AND SCHEMA_NAME <> 'information_schema'",
  );
  const isHeld = await isHeldToScratch(wire);
  const defaults =
    here === undefined ? '' : ` CHARACTER SET ${here.charset ?? ''} COLLATE ${here.collation ?? ''}`;
  try {
    await wire.query(`CREATE DATABASE ${identifier(name)}${defaults}`);
  } catch (cause) {
    if (!(cause instanceof SqlFailure)) throw cause;
    throw new MooringError('privilege-missing', `no scratch database could be made: ${cause.message}`, {
      hint: `Let the account make databases of this name (GRANT ALL ON \`mooring\\_scratch\\_%\`.* TO …), or give a scratch server by scratch.urlFrom (--scratch URL).`,
      cause,
    });
  }
  const url = new URL(target.url);
  url.pathname = `/${name}`;
  const session = await engine.connect({ ...target, url: url.href });
  const all = await wire.query('SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA');
  const names = all.map((row) => (row.name ?? '').toLowerCase());
  const others = new Set(names.filter((each) => each !== name && !DICTIONARIES.has(each)));
  confine(session, (sql) => beyondDatabase(engine.dialect, sql, name, others, isHeld));
  const putToSleep = sleepingEvents(session, engine.dialect);
  const [major = 0, minor = 0] = session.server.version.split('.').map(Number);
  const giveBeforehand = believeGrants(session, {
    dialect: engine.dialect,
    database: name,
    all: flavor.everyRight(major, minor),
    isRole: (role) => isRole(wire, flavor, role),
  });
  const close = session.close.bind(session);
  session.close = async () => {
    await close();
    await wire.query(`DROP DATABASE IF EXISTS ${identifier(name)}`);
  };
  return { session, giveBeforehand, putToSleep };
}

/** Of a server whose roles nobody shows us, none is one. */
async function isRole(wire: Wire, flavor: Flavor, name: string): Promise<boolean> {
  if (flavor.role === undefined) return false;
  try {
    return (await wire.query(flavor.role(name))).length > 0;
  } catch (error) {
    if (error instanceof SqlFailure) return false;
    throw error;
  }
}

/** Whether the account has rights on scratch databases and on nothing else. */
async function isHeldToScratch(wire: Wire): Promise<boolean> {
  const rows = await wire.query('SHOW GRANTS');
  const grants = rows.flatMap((row) => Object.values(row).map((text) => text ?? ''));
  return grants.length > 0 && grants.every((grant) => OWN_GRANT.test(grant));
}

/** `GRANT USAGE ON *.*` gives no right at all. */
const OWN_GRANT = /^GRANT (?:USAGE ON \*\.\*|.+ ON `mooring\\_scratch\\_%`\.\*) TO /;

const DICTIONARIES: ReadonlySet<string> = new Set(['information_schema', 'performance_schema']);

async function dropAbandoned(wire: Wire): Promise<void> {
  const rows = await wire.query(
    `SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE ${literal('mooring|_scratch|_%')} ESCAPE '|'`,
  );
  for (const { name } of rows) {
    const made = Number(name?.slice(PREFIX.length).split('_')[0]);
    if (Number.isFinite(made) && made > 0 && Date.now() / 1000 - made > 3_600)
      await wire.query(`DROP DATABASE IF EXISTS ${identifier(name ?? '')}`);
  }
}
