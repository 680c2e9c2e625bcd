import type { RehearsalEvent } from '../../src/rehearsal/rehearsal.ts';
import type { Witness } from '../witness.ts';
import type { Day } from './day.ts';
import type { Morning } from './two-syncs.ts';

/** Returns what happened in the sync of the newer revision. */
export async function lateJob(day: Day, { one }: Morning): Promise<readonly RehearsalEvent[]> {
  const { story, witness } = day;
  story.chapter('A Job of an older sync wakes up late');
  story.say(
    'Somebody presses Rollback to revision 1 after all. The machine of the last Job, which is to take the database back, freezes. Half a minute later the operation is ended and a newer revision synced, and in the midst of that the Job of before wakes up.',
  );
  day.freezeNext('converge', 29);
  await day.rollbackAndTerminate(one, 30);
  const before = await stateOf(witness);
  await day.push('Orders have several customers', ['day/revision-3', '.']);
  const events = await day.sync();
  const late = events.find((event) => event.type === 'pod-ended' && event.exitCode === 3);
  const after = await stateOf(witness);
  story.prove(
    'a late Job of an older sync touches nothing, and knows it',
    'its last words and exit code; number of the table and undos in the history, before and after',
    late?.type === 'pod-ended' && late.message.includes('converge: error[superseded]') && before === after,
  );
  return events;
}

/** The table that it would have dropped, which has another number if it was made again; and how many undos there were. */
async function stateOf(witness: Witness): Promise<string> {
  const [undos] = await witness.rows(`SELECT count(*) FROM ${witness.ours('history')} WHERE action = 'undo'`);
  return `${await witness.numberOf('customers')} ${undos}`;
}
