import type { Laptop } from './laptop.ts';

/** Where DDL cannot be taken back with a transaction, what a bad migration did before its bad statement stays. */
export async function badStatement(laptop: Laptop): Promise<void> {
  const { witness } = laptop;
  laptop.story.chapter('A bad migration stops at its statement, and goes on from there');
  laptop.story.say(
    'Somebody mistypes a column, in the second statement of a file. The first one is right, and it stays: this server commits with every ALTER, and no transaction takes it back. So Mooring writes down each statement before and after it.',
  );
  await laptop.commit('reports-broken', 'A view of open orders');
  const { exitCode, output } = await laptop.mooring('migrate');
  const [file, line] = /(migrations\/\S+?):(\d+):/.exec(output)?.slice(1) ?? [];
  const text = file === undefined ? '' : await laptop.read(file);
  laptop.story.prove(
    'a migration that fails stops at its statement, by file and line',
    'that line of the file: there begins the statement with the mistyped column',
    exitCode === 2 &&
      output.includes('shiped_at') &&
      text.split('\n')[Number(line) - 1]?.startsWith('CREATE VIEW open_orders') === true,
  );
  const status = await laptop.mooring('status');
  laptop.story.prove(
    'what came before it stays, and it says so',
    'the new column answers, the view does not',
    output.includes('Statement 1 of this file is done and stays') &&
      status.exitCode === 1 &&
      (await witness.answers('SELECT shipped_at FROM orders')) &&
      !(await witness.answers('SELECT id FROM open_orders')),
  );
  laptop.story.say('It is mended in place from that line on, and goes on there: no column is added twice.');
  await laptop.commit('reports-mended', 'A view of open orders, spelled right');
  const mended = await laptop.mooring('migrate');
  laptop.story.prove(
    'once mended, it goes on with that statement',
    'the view answers',
    mended.exitCode === 0 && (await witness.isTrue('SELECT count(*) = 3 FROM open_orders')),
  );
}
