import type { Stage } from '../stage.ts';

export async function drift(stage: Stage): Promise<void> {
  stage.chapter('A change made by hand is found and named');
  const { witness } = stage;
  const before = await witness.columns();
  const calm = await stage.mooring('drift');
  stage.say('On a busy evening somebody helps out, past Git.');
  await stage.sql(
    'ALTER TABLE products ADD COLUMN discount int',
    'ALTER TABLE orders ALTER COLUMN quantity SET DEFAULT 2',
  );
  const found = await stage.mooring('drift');
  const changed = difference(before, await witness.columns());
  const named = [...found.output.matchAll(/^[+~-] column (\S+)$/gm)].map(([, name = '']) => name).sort();
  stage.prove(
    'changes by hand are found, each by its name, and nothing else',
    'information_schema before and after',
    calm.exitCode === 0 && found.exitCode === 1 && changed.length === 2 && String(named) === String(changed),
  );
  stage.say('They are taken back as they came.');
  await stage.sql(
    'ALTER TABLE products DROP COLUMN discount',
    'ALTER TABLE orders ALTER COLUMN quantity SET DEFAULT 1',
  );
  const gone = await stage.mooring('drift');
  stage.prove(
    'taken back by hand, they are drift no more',
    'information_schema before and after',
    gone.exitCode === 0 && difference(before, await witness.columns()).length === 0,
  );
}

/** Names of the columns that are not the same in both. */
function difference(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name)).sort();
}
