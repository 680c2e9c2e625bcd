import type { Laptop } from './laptop.ts';

export async function drift(laptop: Laptop): Promise<void> {
  laptop.story.chapter('A change made by hand is found and named');
  const { witness } = laptop;
  const before = await witness.columns();
  const calm = await laptop.mooring('drift');
  laptop.story.say('On a busy evening somebody helps out, past Git.');
  await laptop.sql(
    'ALTER TABLE products ADD COLUMN discount int',
    'ALTER TABLE orders ALTER COLUMN quantity SET DEFAULT 2',
  );
  const found = await laptop.mooring('drift');
  const changed = difference(before, await witness.columns());
  const named = [...found.output.matchAll(/^[+~-] column (\S+)$/gm)].map(([, name = '']) => name).sort();
  laptop.story.prove(
    'changes by hand are found, each by its name, and nothing else',
    'information_schema before and after',
    calm.exitCode === 0 && found.exitCode === 1 && changed.length === 2 && String(named) === String(changed),
  );
  laptop.story.say('They are taken back as they came.');
  await laptop.sql(
    'ALTER TABLE products DROP COLUMN discount',
    'ALTER TABLE orders ALTER COLUMN quantity SET DEFAULT 1',
  );
  const gone = await laptop.mooring('drift');
  laptop.story.prove(
    'taken back by hand, they are drift no more',
    'information_schema before and after',
    gone.exitCode === 0 && difference(before, await witness.columns()).length === 0,
  );
}

/** Names of the columns that are not the same in both. */
function difference(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name)).sort();
}
