import { randomBytes } from 'node:crypto';
import { MooringError } from '../../api/api.ts';
import { confine } from '../confine.ts';
import type { Engine, Session, Target } from '../engine.ts';
import { beyondDatabase } from './beyond.ts';
import { identifier, literal, type Wire } from './wire.ts';

const PREFIX = 'mooring_scratch_';

/**
 * A new, empty database on the same server, from template0 with the same encoding and locale; closing the session drops
 * it. Scratch databases that a killed run left behind (no session in them, older than an hour by their name) go first.
 */
export async function openScratch(wire: Wire, engine: Engine, target: Target): Promise<Session> {
  await dropAbandoned(wire);
  const name = `${PREFIX}${Math.floor(Date.now() / 1000)}_${randomBytes(4).toString('hex')}`;
  const [here] = await wire.query(
    `SELECT pg_catalog.pg_encoding_to_char(encoding) AS encoding, datcollate, datctype FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()`,
  );
  try {
    await wire.query(
      `CREATE DATABASE ${identifier(name)} TEMPLATE template0 ENCODING ${literal(here?.encoding ?? 'UTF8')} LC_COLLATE ${literal(here?.datcollate ?? 'C')} LC_CTYPE ${literal(here?.datctype ?? 'C')}`,
    );
  } catch (cause) {
    throw new MooringError(
      'privilege-missing',
      `no scratch database could be made: ${(cause as Error).message}`,
      {
        hint: 'Let the role make databases (ALTER ROLE … CREATEDB), or give a scratch server by scratch.urlFrom (--scratch URL).',
        cause,
      },
    );
  }
  const url = new URL(target.url);
  url.pathname = `/${name}`;
  url.searchParams.delete('dbname');
  const session = await engine.connect({ ...target, url: url.href });
  confine(session, beyondDatabase);
  const close = session.close.bind(session);
  session.close = async () => {
    await close();
    const [subscribed] = await wire.query(
      `SELECT 1 AS one FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = ${literal(name)} LIMIT 1`,
    );
    if (subscribed !== undefined) await forgetSubscriptions(engine, { ...target, url: url.href });
    await wire.query(`DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE)`);
  };
  return session;
}

/** No database is dropped that subscribes to anything; the slots, which nobody has made, are let be. */
async function forgetSubscriptions(engine: Engine, target: Target): Promise<void> {
  const session = await engine.connect(target);
  try {
    await session.execute({ sql: FORGET_SUBSCRIPTIONS, line: 1, column: 1, endLine: 1 });
  } finally {
    await session.close();
  }
}

const FORGET_SUBSCRIPTIONS = `DO $$
DECLARE each record;
BEGIN
  FOR each IN
    SELECT s.subname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
    WHERE d.datname = pg_catalog.current_database()
  LOOP
    EXECUTE pg_catalog.format('ALTER SUBSCRIPTION %I DISABLE', each.subname);
    EXECUTE pg_catalog.format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', each.subname);
    EXECUTE pg_catalog.format('DROP SUBSCRIPTION %I', each.subname);
  END LOOP;
END $$`;

async function dropAbandoned(wire: Wire): Promise<void> {
  const rows = await wire.query(
    `SELECT datname FROM pg_catalog.pg_database d WHERE datname LIKE ${literal(`${PREFIX.replaceAll('_', '\\_')}%`)}
     AND pg_catalog.pg_has_role(datdba, 'USAGE')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)`,
  );
  for (const { datname } of rows) {
    const made = Number(datname?.slice(PREFIX.length).split('_')[0]);
    if (Number.isFinite(made) && Date.now() / 1000 - made > 3_600)
      // One that cannot be dropped (somebody has just connected; it subscribes to something) stands in nobody's way.
      await wire.query(`DROP DATABASE IF EXISTS ${identifier(datname ?? '')}`).catch(() => {});
  }
}
