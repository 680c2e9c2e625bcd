import type { Stage } from '../stage.ts';

export async function badMigration(stage: Stage): Promise<void> {
  const { witness } = stage;
  stage.chapter('A bad migration is refused whole');
  stage.say('Somebody mistypes a column, in the second statement of a file. The first one is right.');
  await stage.commit('reports-broken', 'A view of open orders');
  const before = await witness.testimony();
  const { exitCode, output } = await stage.mooring('migrate');
  const after = await witness.testimony();
  stage.prove(
    'of a migration that fails, nothing is left',
    `${after.how} before and after`,
    exitCode === 2 && before.schema === after.schema,
  );
  stage.prove(
    'its error names file, line and column',
    'that place in the file: there stands the mistyped column',
    (await placeIn(stage, output)).startsWith('o.shiped_at '),
  );
  stage.say('It is mended in place, for it has never been applied, and runs.');
  await stage.commit('reports-mended', 'A view of open orders, spelled right');
  const mended = await stage.mooring('migrate');
  stage.prove(
    'once mended, the same file is applied',
    'the view answers',
    mended.exitCode === 0 && (await witness.isTrue('SELECT count(*) = 3 FROM open_orders')),
  );
}

/** What stands in the file where an error points to, up to the end of the line. */
async function placeIn(stage: Stage, output: string): Promise<string> {
  const [, file = '', line, column] = /(migrations\/\S+?):(\d+):(\d+): /.exec(output) ?? [];
  const lines = file === '' ? [] : (await stage.read(file)).split('\n');
  return lines[Number(line) - 1]?.slice(Number(column) - 1) ?? '';
}
