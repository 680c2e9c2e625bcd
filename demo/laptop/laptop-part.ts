import type { Scene } from '../story.ts';
import { badMigration } from './bad-migration.ts';
import { badStatement } from './bad-statement.ts';
import { drift } from './drift.ts';
import { killed } from './killed.ts';
import { killedInAlter } from './killed-in-alter.ts';
import { Laptop } from './laptop.ts';
import { lossyRollback } from './lossy-rollback.ts';
import { rollback } from './rollback.ts';
import { twoRevisions } from './two-revisions.ts';

/** What the command line does, without any cluster. */
export async function atTheLaptop(scene: Scene): Promise<void> {
  await using laptop = await Laptop.open(scene);
  scene.story.part(
    'At the laptop',
    'Each chapter shows what the developers of the shop type, what Mooring answers, and what the database server itself says of it. $URL is the database.',
  );
  const revisionOne = await twoRevisions(laptop);
  await (scene.witness.takesDdlBack ? badMigration(laptop) : badStatement(laptop));
  await (scene.witness.takesDdlBack ? killed(laptop) : killedInAlter(laptop));
  await drift(laptop);
  await rollback(laptop, revisionOne);
  await lossyRollback(laptop, revisionOne);
}
