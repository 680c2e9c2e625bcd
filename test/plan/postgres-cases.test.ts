import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/cache.ts';
import { startPostgres, versions } from '../support/postgres-server.ts';
import { canDump } from '../support/tools.ts';
import { type Judgement, judgePair } from './judge-pair.ts';

// Changes of our own, each a file with both sides, there and back, and each side written by itself. By default every sixth
// and on the newest version; MOORING_SWEEP=1 takes all on all.
const FOLDER = join(ROOT, 'test/cases/plan-postgres');
const SWEEP = process.env.MOORING_SWEEP !== undefined;
const FAST = { synchronous_commit: 'off', autovacuum: 'off' };

interface Case {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** The oldest version that has what it is about. */
  readonly since: number;
  /** What plans say instead of leading there: a part of the sentence. */
  readonly says?: { readonly verdict: string; readonly text: string; readonly since: number };
}

const all = readdirSync(FOLDER)
  .sort()
  .map((name) => caseIn(name, readFileSync(join(FOLDER, name), 'utf8')));

describe.each(SWEEP ? versions() : versions().slice(-1))('PostgreSQL %i', (version) => {
  const some = all.filter(({ since }, at) => since <= version && (SWEEP || at % 6 === 0));
  if (some.length < all.length)
    process.stderr.write(
      `PostgreSQL ${version}: ${some.length} of ${all.length} changes of our own; the sweep takes all that the server has\n`,
    );

  test('plans of our own cases lead there and back', { timeout: 3_600_000 }, async () => {
    await using server = await startPostgres({ version, settings: FAST });
    const bad: string[] = [];
    for (const each of some) {
      const pair = { src: 'own', id: each.name, before: each.before, after: each.after };
      const options = {
        // pg_dump tells apart what such a plan said that it leaves.
        dump: canDump(version) && each.says === undefined,
        roundTrip: true,
        online: true,
      };
      const judgements = await judgePair(server, pair, options);
      const says = (each.says?.since ?? 0) <= version ? each.says : undefined;
      for (const { verdict, detail } of unlike(judgements, says))
        bad.push(`${each.name}: ${verdict}\n${detail}`);
    }
    expect(bad).toEqual([]);
  });
});

/** All ways lead there, or say what they leave or why not; where a case says so, one of them at least does. */
function unlike(judgements: readonly Judgement[], says: Case['says']): readonly Judgement[] {
  const isSaid = ({ verdict, detail }: Judgement): boolean =>
    says !== undefined && verdict === says.verdict && detail.includes(says.text);
  const others = judgements.filter((each) => each.verdict !== 'ok' && !isSaid(each));
  return says === undefined || judgements.some(isSaid) ? others : judgements;
}

/** `-- since: 15`, `-- left: …` or `-- refused since 18: …`, `-- before`, `-- after`, each on a line of its own. */
function caseIn(name: string, text: string): Case {
  const [, since = '14', verdict, saysSince = since, says = '', before = '', after = ''] =
    /^(?:-- since: (\d+)\n)?(?:-- (left|refused)(?: since (\d+))?: (.*)\n)?-- before\n([\s\S]*?)-- after\n([\s\S]*)$/.exec(
      text,
    ) ?? [];
  return {
    name,
    before,
    after,
    since: Number(since),
    ...(verdict === undefined ? {} : { says: { verdict, text: says, since: Number(saysSince) } }),
  };
}
