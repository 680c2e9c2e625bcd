import type { Dialect } from '../../sql/sql.ts';
import { SqlFailure } from '../failure.ts';
import { withoutItsBirth } from './catalog/events.ts';
import type { Made, Raw } from './catalog/raw.ts';
import { within } from './confine.ts';
import { literal, type Row } from './wire.ts';

type Query = (sqls: readonly string[]) => Promise<readonly (readonly Row[])[]>;

/** Statements per message. */
const BATCH = 50;

/**
 * Builds in an empty database what stands in another, without its rows. What cannot be built there (it names another
 * database, or the account lacks a right) is left out: a look at both catalogs tells what that is.
 */
export async function copyInto(
  query: Query,
  raw: Raw,
  dialect: Dialect,
  own: string,
  others: ReadonlySet<string>,
): Promise<void> {
  const built = (all: readonly Made[]): readonly string[] =>
    all.flatMap(({ row, create }) => {
      const text = row.type === 'EVENT' ? withoutItsBirth(row, create) : create;
      const confined = within(dialect, text, own, others);
      if ('reaches' in confined) return [];
      const { sql_mode: mode, zone } = row;
      const settings = [
        ...(mode == null ? [] : [`sql_mode = ${literal(mode)}`]),
        ...(zone == null ? [] : [`time_zone = ${literal(zone)}`]),
      ];
      return [...(settings.length === 0 ? [] : [`SET SESSION ${settings.join(', ')}`]), confined.sql];
    });
  const of = (...types: readonly string[]): readonly Made[] =>
    raw.tables.filter(({ row }) => types.includes(row.type ?? ''));
  // What stands there may be older than the rules of today, such as a day that is zero by default.
  await query(["SET SESSION foreign_key_checks = 0, sql_mode = 'NO_ENGINE_SUBSTITUTION'"]);
  await sent(query, built(of('SEQUENCE')));
  await sent(query, built(of('BASE TABLE', 'SYSTEM VERSIONED')));
  await sent(query, built(raw.routines));
  await inAnyOrder(query, built(of('VIEW')));
  await sent(query, built(raw.triggers));
  await sent(query, built(raw.events));
  await query(['SET SESSION foreign_key_checks = 1, sql_mode = DEFAULT, time_zone = DEFAULT']);
}

/** Many to a round trip; where one fails, one by one, and what fails is left out. */
async function sent(query: Query, sqls: readonly string[]): Promise<void> {
  for (let at = 0; at < sqls.length; at += BATCH) {
    const some = sqls.slice(at, at + BATCH);
    if (await isWell(query, some)) continue;
    for (const sql of some) await isWell(query, [sql]);
  }
}

/** Views that need others: each round builds those that can be built by now. */
async function inAnyOrder(query: Query, sqls: readonly string[]): Promise<void> {
  for (let left = sqls; left.length > 0; ) {
    const stuck: string[] = [];
    for (const sql of left) if (!(await isWell(query, [sql]))) stuck.push(sql);
    if (stuck.length === left.length) return;
    left = stuck;
  }
}

async function isWell(query: Query, sqls: readonly string[]): Promise<boolean> {
  try {
    await query(sqls);
    return true;
  } catch (error) {
    if (!(error instanceof SqlFailure)) throw error;
    return false;
  }
}
