import type { Claim, NewClaim } from '../store.ts';
import { insertSql, optional, type Place, STAMPS, stampedOf } from './rows.ts';

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
