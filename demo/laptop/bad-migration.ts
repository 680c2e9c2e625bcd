import type { Laptop } from './laptop.ts';

export async function badMigration(laptop: Laptop): Promise<void> {
  const { witness } = laptop;
  laptop.story.chapter('A bad migration is refused whole');
  laptop.story.say('Somebody mistypes a column, in the second statement of a file. The first one is right.');
  await laptop.commit('reports-broken', 'A view of open orders');
  const before = await witness.testimony();
  const { exitCode, output } = await laptop.mooring('migrate');
  const after = await witness.testimony();
  laptop.story.prove(
    'of a migration that fails, nothing is left',
    `${after.how} before and after`,
    exitCode === 2 && before.schema === after.schema,
  );
  laptop.story.prove(
    'its error names file, line and column',
    'that place in the file: there stands the mistyped column',
    (await placeIn(laptop, output)).startsWith('o.shiped_at '),
  );
  laptop.story.say('It is mended in place, for it has never been applied, and runs.');
  await laptop.commit('reports-mended', 'A view of open orders, spelled right');
  const mended = await laptop.mooring('migrate');
  laptop.story.prove(
    'once mended, the same file is applied',
    'the view answers',
    mended.exitCode === 0 && (await witness.isTrue('SELECT count(*) = 3 FROM open_orders')),
  );
}

/** What stands in the file where an error points to, up to the end of the line. */
async function placeIn(laptop: Laptop, output: string): Promise<string> {
  const [, file = '', line, column] = /(migrations\/\S+?):(\d+):(\d+): /.exec(output) ?? [];
  const lines = file === '' ? [] : (await laptop.read(file)).split('\n');
  return lines[Number(line) - 1]?.slice(Number(column) - 1) ?? '';
}
