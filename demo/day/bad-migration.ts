import type { Day } from './day.ts';
import { lastWordsOf, succeeded } from './events.ts';

export async function badMigration(day: Day): Promise<void> {
  const { witness, story } = day;
  story.chapter('A bad migration stops the sync before the application changes');
  story.say('Two migrations: a right one, and one with a mistyped column.');
  await day.push('A view of open orders', ['day/bad', '.']);
  const { how, schema } = await witness.testimony();
  const events = await day.sync();
  const tree = day.showTree();
  const after = await witness.testimony();
  story.prove(
    'a bad migration stops the sync, and the application is as it was',
    "image in the cluster; Argo CD's phase",
    !succeeded(events) && day.image === 'shop:2',
  );
  story.prove(
    `its error stands in Argo CD's tree, with ${witness.tellsColumn ? 'file, line and column' : 'file and line'}`,
    'message of the Pod in the tree; that place in the file',
    await placeIsWrong(day, tree.join('\n')),
  );
  story.prove(
    'of the bad one nothing is left, the one before it stays',
    `${how} before and after`,
    lastWordsOf('gate', events).startsWith('gate: error[sql-failed]') &&
      (await isOnly(day, 'stock', schema, after.schema)),
  );
}

/** Does the tree name a place, and stands the mistyped word there? */
async function placeIsWrong(day: Day, tree: string): Promise<boolean> {
  const [, file = '', line, column] = /(migrations\/\S+?):(\d+):(\d+): /.exec(tree) ?? [];
  const lines = file === '' ? [] : (await day.repository.read(file)).split('\n');
  const there = lines[Number(line) - 1]?.slice(Number(column) - 1) ?? '';
  return day.witness.tellsColumn
    ? there.startsWith('o.shiped_at ')
    : tree.includes('o.shiped_at') && there.startsWith('CREATE VIEW open_orders');
}

/** Do the schemas differ in that column alone? */
async function isOnly(day: Day, column: string, before: string, after: string): Promise<boolean> {
  const [old, now] = [before, after].map((text) => text.split('\n').map((line) => line.replace(/,$/, '')));
  const added = now?.filter((line) => old?.includes(line) !== true) ?? [];
  const gone = old?.filter((line) => now?.includes(line) !== true) ?? [];
  return (
    added.length === 1 &&
    gone.length === 0 &&
    added[0]?.includes(column) === true &&
    (await day.witness.answers(`SELECT ${column} FROM products`))
  );
}
