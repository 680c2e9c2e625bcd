import { installedVersions } from '../test/support/postgres-binaries.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { canDump } from '../test/support/tools.ts';
import { claimsTable, paragraph } from './print.ts';
import { Stage } from './stage.ts';
import { badMigration } from './steps/bad-migration.ts';
import { drift } from './steps/drift.ts';
import { killed } from './steps/killed.ts';
import { lossyRollback } from './steps/lossy-rollback.ts';
import { rollback } from './steps/rollback.ts';
import { twoRevisions } from './steps/two-revisions.ts';
import { Witness } from './witness.ts';

/** Tells, on a real server and a real Git repository, what Mooring does; exits 1 if anything is not as promised. */
async function main(): Promise<boolean> {
  // The newest server that the pg_dump of this machine can read, so that it can be the judge.
  const version = installedVersions().findLast(canDump) ?? installedVersions().at(-1) ?? 18;
  await using server = await startPostgres({ version });
  const database = await server.createDatabase();
  await using witness = await Witness.open(database.url, version);
  await using stage = await Stage.open(database.url, witness);
  write(
    paragraph(
      `A small shop keeps the schema of its PostgreSQL ${version} database in Git. Each chapter shows what its developers type, what Mooring answers, and what PostgreSQL itself says of it. $URL is the database.`,
    ),
  );

  const revisionOne = await twoRevisions(stage);
  await badMigration(stage);
  await killed(stage);
  await drift(stage);
  await rollback(stage, revisionOne);
  await lossyRollback(stage, revisionOne);

  write(`\n${claimsTable(stage.claims)}`);
  return stage.claims.length > 0 && stage.claims.every((claim) => claim.holds);
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

const started = performance.now();
const holds = await main();
write(
  `\n${holds ? 'All as promised' : 'NOT as promised'}, in ${Math.round((performance.now() - started) / 1000)} s.`,
);
process.exitCode = holds ? 0 : 1;
