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
  /** What plans say instead of leading there: a part of the sentence. */
  readonly says?: string;
  readonly verdict: 'left' | 'refused' | 'ok';
}

const all = readdirSync(FOLDER)
  .sort()
  .map((name) => caseIn(name, readFileSync(join(FOLDER, name), 'utf8')));

describe.each(SWEEP ? versions() : versions().slice(-1))('PostgreSQL %i', (version) => {
  const some = all.filter((_, at) => SWEEP || at % 6 === 0);
  if (some.length < all.length)
    process.stderr.write(
      `PostgreSQL ${version}: ${some.length} of ${all.length} changes of our own; all with MOORING_SWEEP=1\n`,
    );

  test('plans of our own cases lead there and back', { timeout: 3_600_000 }, async () => {
    await using server = await startPostgres({ version, settings: FAST });
    const bad: string[] = [];
    for (const each of some) {
      const pair = { src: 'own', id: each.name, before: each.before, after: each.after };
      const options = { dump: canDump(version) && each.verdict === 'ok', roundTrip: true, online: true };
      for (const judgement of await judgePair(server, pair, options))
        if (!isAsSaid(judgement, each)) bad.push(`${each.name}: ${judgement.verdict}\n${judgement.detail}`);
    }
    expect(bad).toEqual([]);
  });
});

/** What older servers do not have is no failure of ours. */
function isAsSaid({ verdict, detail }: Judgement, { says, verdict: wanted }: Case): boolean {
  if (verdict === 'ok' || verdict === 'invalid input') return true;
  if (wanted === 'ok') return verdict === 'left';
  return verdict === wanted && detail.includes(says ?? '');
}

/** `-- left: …` or `-- refused: …`, `-- before`, `-- after`, each on a line of its own. */
function caseIn(name: string, text: string): Case {
  const [, verdict = 'ok', says, before = '', after = ''] =
    /^(?:-- (left|refused): (.*)\n)?-- before\n([\s\S]*?)-- after\n([\s\S]*)$/.exec(text) ?? [];
  return {
    name,
    before,
    after,
    verdict: verdict as Case['verdict'],
    ...(says === undefined ? {} : { says }),
  };
}
