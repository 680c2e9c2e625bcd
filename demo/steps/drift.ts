import type { Stage } from '../stage.ts';

export async function drift(stage: Stage): Promise<void> {
  stage.chapter('A change made by hand is found and named');
  const calm = await stage.mooring('drift');
  stage.say('On a busy evening somebody helps out, past Git.');
  await stage.sql(
    'ALTER TABLE products ADD COLUMN discount int',
    'ALTER TABLE orders ALTER COLUMN quantity SET DEFAULT 2',
  );
  const found = await stage.mooring('drift');
  const named = found.output
    .split('\n')
    .filter((line) => /^[+~-] /.test(line))
    .sort();
  stage.prove(
    'changes by hand are found, each by its name, and nothing else',
    'what was typed above',
    calm.exitCode === 0 &&
      found.exitCode === 1 &&
      String(named) === '+ column public.products.discount,~ column public.orders.quantity',
  );
  stage.say('They are taken back as they came.');
  await stage.sql(
    'ALTER TABLE products DROP COLUMN discount',
    'ALTER TABLE orders ALTER COLUMN quantity SET DEFAULT 1',
  );
  const gone = await stage.mooring('drift');
  stage.prove('taken back by hand, they are drift no more', 'exit code', gone.exitCode === 0);
}
