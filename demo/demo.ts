import { installedVersions } from '../test/support/postgres-binaries.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { canDump } from '../test/support/tools.ts';
import { dayPart } from './day/day-part.ts';
import { atTheLaptop } from './laptop/laptop-part.ts';
import { claimsTable, paragraph } from './print.ts';
import { print, Story } from './story.ts';
import { Witness } from './witness.ts';

/** Tells, on a real server and real Git repositories, what Mooring does; exits 1 if anything is not as promised. */
async function main(): Promise<boolean> {
  // The newest server that the pg_dump of this machine can read, so that it can be the judge.
  const version = installedVersions().findLast(canDump) ?? installedVersions().at(-1) ?? 18;
  await using server = await startPostgres({ version });
  const story = new Story();
  print(
    `${paragraph(`A small shop keeps the schema of its PostgreSQL ${version} database in Git: first at a developer's laptop, then a day in a cluster with Argo CD.`)}\n`,
  );
  for (const part of [atTheLaptop, dayPart]) {
    const { url } = await server.createDatabase();
    await using witness = await Witness.open(url, version);
    await part(url, witness, story);
  }
  print(`\n${claimsTable(story.claims)}\n`);
  return story.claims.length > 0 && story.claims.every((claim) => claim.holds);
}

const started = performance.now();
const holds = await main();
const seconds = Math.round((performance.now() - started) / 1000);
print(`\n${holds ? 'All as promised' : 'NOT as promised'}, in ${seconds} s.\n`);
process.exitCode = holds ? 0 : 1;
