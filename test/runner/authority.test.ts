import { expect, test } from 'vitest';
import type { HistoryEntry } from '../../src/engines/engines.ts';
import { authorityToUndo, decide, standingOf } from '../../src/runner/runner.ts';
import { runRequest } from '../support/run-request.ts';

const EVERY = {
  '1_a.sql': 'select 1;',
  '2_b.sql': 'select 2;',
  '3_c.sql': 'select 3;',
  '4_d.sql': 'select 4;',
};

/** What is held when all four are applied and a bundle has only some of them. */
async function heldWith(names: readonly (keyof typeof EVERY)[], max = 20): Promise<readonly string[]> {
  const all = await runRequest('postgres://u@localhost/d', EVERY);
  const entries = all.migrations.map(
    (migration, n) =>
      ({
        seq: n + 1,
        key: `k${n}`,
        action: 'apply',
        state: 'done',
        repeat: 'once',
        id: migration.id,
        checksum: migration.checksum,
        detail: {},
      }) as unknown as HistoryEntry,
  );
  const standing = standingOf(entries);
  const some = await runRequest(
    'postgres://u@localhost/d',
    Object.fromEntries(names.map((name) => [name, EVERY[name]])),
  );
  return authorityToUndo(decide(some.migrations, standing), standing, max).map((held) => held.reason);
}

test.for([
  ['nothing to undo', ['1_a.sql', '2_b.sql', '3_c.sql', '4_d.sql'], 20, []],
  ['the newest two', ['1_a.sql', '2_b.sql'], 20, []],
  ['more than allowed', ['1_a.sql'], 2, ['undo-too-many']],
  ['one in the middle', ['1_a.sql', '2_b.sql', '4_d.sql'], 20, ['history-diverged']],
  ['an empty folder', [], 20, ['undo-everything']],
] as const)('%s', async ([, names, max, reasons]) => {
  expect(await heldWith(names, max)).toEqual(reasons);
});
