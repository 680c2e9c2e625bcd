import { expect, test } from 'vitest';
import type { Climb } from './climb.ts';
import { historySuite, mysqlHistorySuite, type Stage } from './forward.ts';
import { goBack, type WayBack } from './way-back.ts';

const MINUTES = 10 * 60_000;

/** Ways back that are tried at the same time, each in a database of its own. */
const ABREAST = 3;

historySuite('authelia', wayBack);
mysqlHistorySuite('authelia-mysql', wayBack);

function wayBack(stage: Stage): void {
  const title = 'each dump is that of the way up, or the run is held';
  test(`back step by step: ${title}`, { timeout: MINUTES }, async () => {
    const { database, directory, dumps } = await copyOf(stage);
    const ways: WayBack[] = [];
    let now = dumps.at(-1) ?? '';
    for (const [to, dump] of sampled(stage, allGoals(stage, dumps))) {
      const way = await goBack(stage.server, directory, database.url, to, now, dump);
      ways.push(way);
      now = way.dump;
    }
    await database.drop();
    judge(stage, 'back, step by step', ways);
  });

  test(`back in one jump, to each version: ${title}`, { timeout: MINUTES }, async () => {
    const { dumps } = await stage.climbed();
    const left = [...sampled(stage, allGoals(stage, dumps))];
    const ways: WayBack[] = [];
    const jump = async (): Promise<void> => {
      for (let goal = left.shift(); goal !== undefined; goal = left.shift()) {
        const { database, directory } = await copyOf(stage);
        ways.push(await goBack(stage.server, directory, database.url, goal[0], dumps.at(-1) ?? '', goal[1]));
        await database.drop();
      }
    };
    await Promise.all(Array.from({ length: ABREAST }, jump));
    judge(stage, 'back, in one jump', ways);
  });
}

/** Each way takes seconds where no transaction takes DDL back: a few of them, all in a sweep. */
function sampled(stage: Stage, goals: ReturnType<typeof allGoals>): ReturnType<typeof allGoals> {
  if (stage.server.engine === 'postgres' || process.env.MOORING_SWEEP) return goals;
  return goals.filter((_, n) => n === 4 || n === 11 || n === goals.length - 1);
}

/** Versions to go back to, newest first, each with its dump; 0 is before the first. */
function allGoals({ history }: Stage, dumps: readonly string[]): readonly (readonly [string, string])[] {
  const names = ['0', ...history.forward.map((file) => file.version ?? '')];
  return names
    .map((to, n) => [to, dumps[n] ?? ''] as const)
    .slice(0, -1)
    .reverse();
}

async function copyOf(stage: Stage): Promise<Pick<Climb, 'database' | 'directory' | 'dumps'>> {
  const { database, directory, dumps } = await stage.climbed();
  const copy = await stage.server.copy(database);
  return { database: copy, directory, dumps };
}

function judge(stage: Stage, what: string, ways: readonly WayBack[]): void {
  const of = (verdict: WayBack['verdict']): readonly WayBack[] =>
    ways.filter((way) => way.verdict === verdict);
  const wrong = of('wrong').map((way) => `to ${way.to}: ${way.why}`);
  stage.add({
    what,
    count: ways.length,
    equal: of('equal').length,
    held: of('held').map((way) => `to ${way.to}: ${short(way.why)}`),
    wrong,
  });
  expect(wrong).toEqual([]);
}

/** The first objects of a list, and how many more there are. */
function short(list: string): string {
  const objects = list.split(/, (?=[a-z]+ )/);
  return objects.length <= 3 ? list : `${objects.slice(0, 3).join(', ')} and ${objects.length - 3} more`;
}
