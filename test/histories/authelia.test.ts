import { expect, test } from 'vitest';
import type { Climb } from './climb.ts';
import { historySuite, type Stage } from './forward.ts';
import { goBack, type WayBack } from './way-back.ts';

const MINUTES = 10 * 60_000;

historySuite('authelia', (stage) => {
  test('back step by step: each dump is that of the way up, or the run is held', {
    timeout: MINUTES,
  }, async () => {
    const { database, directory, dumps } = await copyOf(stage);
    const ways: WayBack[] = [];
    for (const [to, dump] of goals(stage, dumps)) ways.push(await goBack(directory, database.url, to, dump));
    await database.drop();
    judge(stage, 'back, step by step', ways);
  });

  test('back in one jump, to each version', { timeout: MINUTES }, async () => {
    const ways: WayBack[] = [];
    for (const [to, dump] of goals(stage, (await stage.climbed()).dumps)) {
      const { database, directory } = await copyOf(stage);
      ways.push(await goBack(directory, database.url, to, dump));
      await database.drop();
    }
    judge(stage, 'back, in one jump', ways);
  });
});

/** Versions to go back to, newest first, each with its dump; 0 is before the first. */
function goals({ history }: Stage, dumps: readonly string[]): readonly (readonly [string, string])[] {
  const names = ['0', ...history.forward.map((file) => file.version ?? '')];
  return names
    .map((to, n) => [to, dumps[n] ?? ''] as const)
    .slice(0, -1)
    .reverse();
}

async function copyOf(stage: Stage): Promise<Pick<Climb, 'database' | 'directory' | 'dumps'>> {
  const { database, directory, dumps } = await stage.climbed();
  const copy = await (await stage.server()).createDatabase(`TEMPLATE ${database.name}`);
  return { database: copy, directory, dumps };
}

function judge(stage: Stage, what: string, ways: readonly WayBack[]): void {
  const of = (verdict: WayBack['verdict']): readonly WayBack[] =>
    ways.filter((way) => way.verdict === verdict);
  const wrong = of('wrong').map((way) => `to ${way.to}: ${way.why}`);
  stage.add({ what, count: ways.length, equal: of('equal').length, held: of('held').length, wrong });
  expect(wrong).toEqual([]);
}
