import type { Claim, NewClaim } from '../store.ts';
import { ISO, optional, stampedOf } from './history.ts';
import { literal, type Wire } from './wire.ts';

export async function latestClaim(wire: Wire): Promise<Claim | undefined> {
  const [row] = await wire.query(
    `SELECT seq, ${ISO('at')} AS at, by, key, owner, runner, bundle, job, cluster FROM mooring.claim ORDER BY seq DESC LIMIT 1`,
  );
  if (row === undefined) return undefined;
  return {
    ...stampedOf(row),
    bundle: row.bundle ?? '',
    job: row.job ?? '',
    ...optional('cluster', row.cluster),
  };
}

export async function firstCluster(
  wire: Wire,
  after: string | undefined,
): Promise<{ readonly cluster: string; readonly at: string } | undefined> {
  const since = after === undefined ? '' : ` AND at > ${literal(after)}::pg_catalog.timestamptz`;
  const [row] = await wire.query(
    `SELECT cluster, ${ISO('at')} AS at FROM mooring.claim WHERE cluster <> ''${since} ORDER BY seq LIMIT 1`,
  );
  return row === undefined ? undefined : { cluster: row.cluster ?? '', at: row.at ?? '' };
}

export function insertClaimSql(claim: NewClaim): string {
  const values = [claim.key, claim.owner, claim.runner, claim.bundle, claim.job, claim.cluster];
  return `INSERT INTO mooring.claim (key, owner, runner, bundle, job, cluster) VALUES (${values.map(literal).join(', ')})`;
}
