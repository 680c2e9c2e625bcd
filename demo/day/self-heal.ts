import type { Day } from './day.ts';
import { outOfSync } from './events.ts';

export async function selfHeal(day: Day): Promise<void> {
  const { witness, story } = day;
  story.chapter('With self-heal, a change made by hand is put back');
  story.say('From now on Git says that such a change goes, and Argo CD heals by itself.');
  await day.push('Changes by hand are put back', ['day/self-heal', '.']);
  await day.repository.cat('mooring.yaml');
  await day.sync();
  day.automate(true);
  const before = await witness.testimony();
  await day.sql(
    'CREATE INDEX by_hand ON orders (placed_at)',
    'ALTER TABLE orders ALTER quantity SET DEFAULT 2',
  );
  story.say('The check comes round.');
  const events = await day.wait(5);
  const after = await witness.testimony();
  const [last] = await witness.rows(
    `SELECT action FROM ${witness.ours('history')} ORDER BY seq DESC LIMIT 1`,
  );
  const healed = events.some((event) => event.type === 'operation-started' && event.why === 'self-heal');
  story.prove(
    'with self-heal the database is put back, and the history says so',
    `the sync that Argo CD started; ${after.how} before and after; the last row of the history`,
    healed && after.schema === before.schema && String(last) === 'revert',
  );
  story.prove(
    'put back, the application is Synced and Healthy',
    "Argo CD's comparison",
    outOfSync(events).length === 0 &&
      day.app.comparison?.status === 'Synced' &&
      day.app.comparison.health === 'Healthy',
  );
  day.automate(false);
}
