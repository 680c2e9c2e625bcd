import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunReport } from '../../src/api/api.ts';
import { migrate, resolve, rollback } from '../../src/runner/runner.ts';
import { versions } from '../support/postgres-server.ts';
import { type Clean, cleanRun, cutEverywhere, type Deed } from './boundaries.ts';
import { manyDir } from './many.ts';
import { type Asked, caseDir, FaultCase, migrated, SWEEP, sql } from './support.ts';

const LONG = SWEEP ? 1_800_000 : 240_000;

const applied = (report: RunReport): readonly string[] => report.applied.map(({ id }) => id);
const undone = (report: RunReport): readonly string[] => report.undone.map(({ id }) => id);

const migrating = (name: string, more: Partial<Deed> = {}): Deed => ({
  run: migrate,
  args: ['migrate', caseDir(name)],
  told: applied,
  ...more,
});

const rollingBack = (to: string): Deed => ({
  run: (request) => rollback({ ...request, owner: '' }, to),
  args: ['rollback', '--to', to],
  told: undone,
});

/** A CALL that commits may have run or not: the person looks for what it writes. */
async function lookForCall(request: Asked, url: string): Promise<void> {
  const [count] = await sql(url, "SELECT count(*) FROM effect WHERE what LIKE 'call%'");
  expect(['0', '2']).toContain(count);
  const report = await resolve({ ...request, owner: '' }, { id: '1', statement: 3, ran: count === '2' });
  expect(report.result).toBe('done');
}

const many = manyDir();
afterAll(() => many.done());

const CASES: readonly {
  readonly name: string;
  /** Where it is made by a test. */
  readonly dir?: string;
  readonly deed: Deed;
  readonly prepared?: true;
  /** So many of the boundaries that write, where not all of them are run. */
  readonly most: number;
}[] = [
  { name: 'nothing', deed: migrating('nothing'), most: 5 },
  { name: 'journaled', deed: migrating('journaled'), most: 18 },
  { name: 'transactional', deed: migrating('transactional'), most: 10 },
  { name: 'many', dir: many.dir, deed: migrating(many.dir), most: 6 },
  { name: 'bare', deed: migrating('bare', { person: lookForCall }), most: 14 },
  { name: 'declarative', deed: migrating('declarative'), most: 18 },
  {
    name: 'undo-declarative',
    dir: caseDir('declarative'),
    deed: rollingBack('0'),
    prepared: true,
    most: 10,
  },
  { name: 'undo-transactional', deed: rollingBack('1'), prepared: true, most: 12 },
  { name: 'undo-journaled', deed: rollingBack('1'), prepared: true, most: 12 },
];

const tested = SWEEP ? versions() : versions().slice(-1);

describe.each(tested)('PostgreSQL %i: cut at every boundary', (version) => {
  describe.each(CASES)('$name', ({ name, dir, deed, prepared, most }) => {
    let at: FaultCase;
    let clean: Clean;
    beforeAll(async () => {
      at = await FaultCase.open(dir ?? name, version, async (url, open) => {
        if (prepared) await migrated(await open.request(url));
      });
      clean = await cleanRun(at, deed);
    });
    afterAll(() => at?.close());

    test(
      'each run that was cut short is ended by the next, as if nothing had been',
      { timeout: LONG },
      (context) => cutEverywhere(context, at, deed, clean, most),
    );
  });
});
