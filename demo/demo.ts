import { dayPart } from './day/day-part.ts';
import { NoGround, openGround } from './ground.ts';
import { atTheLaptop } from './laptop/laptop-part.ts';
import { claimsTable, paragraph } from './print.ts';
import { print, Story } from './story.ts';

/** Tells, on a real server and real Git repositories, what Mooring does; exits 1 if anything is not as promised. */
async function main(): Promise<boolean> {
  await using ground = await openGround(process.argv[2] ?? 'postgres');
  const story = new Story();
  print(
    `${paragraph(`A small shop keeps the schema of its ${ground.label} database in Git: first at a developer's laptop, then a day in a cluster with Argo CD.`)}\n`,
  );
  for (const part of [atTheLaptop, dayPart]) {
    const url = await ground.database();
    await using witness = await ground.witness(url);
    await part({ url, witness, story, engine: ground.engine });
  }
  print(`\n${claimsTable(story.claims)}\n`);
  return story.claims.length > 0 && story.claims.every((claim) => claim.holds);
}

const started = performance.now();
const holds = await main().catch((error: unknown) => {
  if (!(error instanceof NoGround)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
const seconds = Math.round((performance.now() - started) / 1000);
print(`\n${holds ? 'All as promised' : 'NOT as promised'}, in ${seconds} s.\n`);
process.exitCode = holds ? 0 : 1;
