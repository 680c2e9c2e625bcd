import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FOLDER, readScenario } from './scenario.ts';
import { play } from './stage.ts';

const ids = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => name.replace(/\.txt$/, ''))
  .sort();

/** `MOORING_UPDATE=1` writes what was seen as what is expected: read the difference before you commit it. */
const update = process.env.MOORING_UPDATE !== undefined;

for (const id of ids) {
  test(`job scenario ${id}`, async () => {
    const scenario = readScenario(id);
    const printed = await play(scenario);
    const got = scenario.steps
      .map(({ line }, n) => `$ ${line}\n${printed[n] === '' ? '' : `${printed[n]}\n`}`)
      .join('');
    if (update) writeFileSync(join(FOLDER, `${id}.txt`), `${scenario.head}${got}${scenario.rest}`);
    else
      expect(got).toBe(
        scenario.steps
          .map(({ line, expected }) => `$ ${line}\n${expected === '' ? '' : `${expected}\n`}`)
          .join(''),
      );
  });
}
