import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { brokenClaims } from './claims.ts';
import { play, printed } from './play.ts';
import { FOLDER, readScenario } from './scenario.ts';

const ids = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => name.replace(/\.txt$/, ''))
  .sort();

/** `MOORING_UPDATE=1` writes what happened as what is expected: read the difference before you commit it. */
const update = process.env.MOORING_UPDATE !== undefined;

const counts = { scenarios: 0, plays: 0, steps: 0, lines: 0 };

for (const id of ids) {
  const scenario = readScenario(id);
  for (const mode of scenario.modes.keys()) {
    test(`${id}${scenario.modes.size > 1 ? ` (${mode})` : ''}`, async () => {
      const told = await play(scenario, mode);
      const got = scenario.steps
        .map(({ line }, n) => `$ ${line}\n${(told[n] ?? []).map((one) => `${printed(one)}\n`).join('')}`)
        .join('');
      expect(brokenClaims(told.flat(), scenario.shows, scenario.never), got).toEqual([]);
      const isFirst = mode === [...scenario.modes.keys()][0];
      if (update && isFirst)
        writeFileSync(join(FOLDER, `${id}.txt`), `${scenario.head}${got}${scenario.rest}`);
      else {
        const { steps } = update ? readScenario(id) : scenario;
        expect(got).toBe(
          steps
            .map(({ line, expected }) => `$ ${line}\n${expected === '' ? '' : `${indented(expected)}\n`}`)
            .join(''),
        );
      }
      counts.scenarios += isFirst ? 1 : 0;
      counts.plays += 1;
      counts.steps += told.length;
      counts.lines += told.flat().length;
    });
  }
}

/** A script's reader takes the space before the first line away. */
function indented(text: string): string {
  return text.replace(/^\S+/, (time) => time.padStart(8));
}

afterAll(() => {
  const { scenarios, plays, steps, lines } = counts;
  process.stdout.write(
    `rehearsal: ${scenarios} scenarios in ${plays} plays, ${steps} steps, ${lines} lines of trace\n`,
  );
});
