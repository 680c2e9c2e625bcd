import type { Scene } from '../story.ts';
import { badMigration } from './bad-migration.ts';
import { Day } from './day.ts';
import { drift } from './drift.ts';
import { droppedColumn } from './dropped-column.ts';
import { gitReverted } from './git-reverted.ts';
import { lateJob } from './late-job.ts';
import { rollbackButton } from './rollback-button.ts';
import { rollbackForward } from './rollback-forward.ts';
import { selfHeal } from './self-heal.ts';
import { twoSyncs } from './two-syncs.ts';

/** What Git, Argo CD and the Jobs do together. */
export async function dayPart(scene: Scene): Promise<void> {
  await using day = await Day.begin(scene);
  scene.story.part(
    'A day in the cluster',
    'Argo CD applies what is in Git. It is a rehearsed one: a cluster on this machine whose clock jumps from one act to the next, and which does what a real one was seen to do. Manifests, Jobs, Git and the database are real: each Job is the process that it would be, with what its manifest gives it.',
  );
  const morning = await twoSyncs(day);
  await badMigration(day);
  const two = await gitReverted(day, morning.atTwo);
  await drift(day);
  await selfHeal(day);
  await rollbackButton(day, morning);
  await rollbackForward(day, two, morning);
  const sync = await lateJob(day, morning);
  await droppedColumn(day, sync, two, morning);
}
