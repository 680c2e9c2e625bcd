import type { Claim, NewClaim } from '../store.ts';
import { insertSql, iso, optional, type Place, STAMPS, stampedOf } from './rows.ts';
import { literal } from './wire.ts';

const COLUMNS = ['key', 'owner', 'runner', 'bundle', 'job', 'cluster'] as const;

export async function latestClaim({ wire, table }: Place): Promise<Claim | undefined> {
  const [row] = await wire.query(`SELECT *, ${STAMPS} FROM ${table('claim')} ORDER BY seq DESC LIMIT 1`);
  if (row === undefined) return undefined;
  return {
    ...stampedOf(row),
    bundle: row.bundle ?? '',
    job: row.job ?? '',
    ...optional('cluster', row.cluster),
  };
}

export async function addClaim(place: Place, claim: NewClaim): Promise<void> {
  await place.wire.write(insertSql(place.table('claim'), COLUMNS, claim));
}

export async function firstCluster(
  { wire, table }: Place,
  after: string | undefined,
): Promise<{ readonly cluster: string; readonly at: string } | undefined> {
  const since = after === undefined ? '' : ` AND ${iso('`at`')} > ${literal(after)}`;
  const [row] = await wire.query(
    `SELECT cluster, ${STAMPS} FROM ${table('claim')} WHERE cluster <> ''${since} ORDER BY seq LIMIT 1`,
  );
  return row === undefined ? undefined : { cluster: row.cluster ?? '', at: row.at_iso ?? '' };
}
