import type { Story } from '../story.ts';
import type { Witness } from '../witness.ts';
import { badMigration } from './bad-migration.ts';
import { drift } from './drift.ts';
import { killed } from './killed.ts';
import { Laptop } from './laptop.ts';
import { lossyRollback } from './lossy-rollback.ts';
import { rollback } from './rollback.ts';
import { twoRevisions } from './two-revisions.ts';

/** What the command line does, without any cluster. */
export async function atTheLaptop(url: string, witness: Witness, story: Story): Promise<void> {
  await using laptop = await Laptop.open(url, witness, story);
  story.part(
    'At the laptop',
    'Each chapter shows what the developers of the shop type, what Mooring answers, and what the database server itself says of it. $URL is the database.',
  );
  const revisionOne = await twoRevisions(laptop);
  await badMigration(laptop);
  await killed(laptop);
  await drift(laptop);
  await rollback(laptop, revisionOne);
  await lossyRollback(laptop, revisionOne);
}
