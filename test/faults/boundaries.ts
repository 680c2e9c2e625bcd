import { expect, type TestContext } from 'vitest';
import type { RunReport } from '../../src/api/api.ts';
import type { RunRequest } from '../../src/runner/runner.ts';
import { countFault } from '../support/faults.ts';
import { startProxy, type WireProxy } from '../support/wire-proxy.ts';
import { type Asked, cli, type End, forAll, nameOf, outcomeOf, SWEEP } from './support.ts';

/** What is done to a database and, after it was cut short, done again: `migrate`, or `rollback`. */
export interface Deed {
  readonly run: (request: Asked) => Promise<RunReport>;
  /** The same by command line: verb and arguments before `--url`. */
  readonly args: readonly string[];
  /** Ids that the report must tell of, in order. */
  readonly told: (report: RunReport) => readonly string[];
  /** A person's part, once a run has stopped as `statement-in-doubt`: looks, and says what ran. */
  readonly person?: (request: Asked, url: string) => Promise<void>;
}

/** A case on a server: what differs between engines. */
export interface Place {
  readonly name: string;
  /** `PostgreSQL 18`. */
  readonly server: string;
  readonly protocol: 'postgres' | 'mysql';
  /** Cut at every boundary in a sweep; the others at some. */
  readonly newest: boolean;
  request(url: string, more?: Partial<RunRequest>): Promise<Asked>;
  /** A new one, as it is before the deed. */
  database(): Promise<{ readonly url: string; drop(): Promise<void> }>;
  endOf(url: string): Promise<End>;
  expectEnd(request: Asked, url: string, end: End): Promise<void>;
}

/** Where a run is cut: at its n-th query, which then never arrives, or whose answer never does. */
interface Cut {
  readonly n: number;
  readonly when: 'kill-before' | 'kill-after';
  /** The connection breaks and the runner goes on by itself; or it gives up; or its process dies. */
  readonly who: 'reconnects' | 'gives up' | 'dies';
  readonly sql: string;
}

export interface Clean extends End {
  readonly queries: readonly string[];
  readonly told: readonly string[];
}

/** An undisturbed run: its queries, journal and all, and where it ends. */
export async function cleanRun(at: Place, deed: Deed): Promise<Clean> {
  const database = await at.database();
  const proxy = await startProxy({ target: database.url, protocol: at.protocol });
  try {
    const report = await deed.run(await at.request(proxy.url));
    expect(nameOf(report), JSON.stringify(report.error ?? report.held)).toBe('done');
    const queries = proxy.log.map((query) => query.sql);
    const end = await at.endOf(database.url);
    await at.expectEnd(await at.request(database.url), database.url, end);
    return { ...end, queries, told: deed.told(report) };
  } finally {
    await proxy.close();
    await database.drop();
  }
}

/** A run with more boundaries is long because it does the same again and again: a sample of them is enough. */
const MOST_OF_ALL = 3_000;

/**
 * Cuts the deed at `few` of its boundaries, and a few that only read; with MOORING_SWEEP at each on the newest version,
 * and at five times as many on the others; runs it again, and sees that it ends as the
 * undisturbed one.
 */
export async function cutEverywhere(
  context: TestContext,
  at: Place,
  deed: Deed,
  clean: Clean,
  few: number,
): Promise<void> {
  await forAll(
    cutsOf(clean, few, at.newest),
    (cut) =>
      `${at.name} on ${at.server}: ${cut.who}, ${cut.when} query ${cut.n} of ${clean.queries.length}: ${cut.sql.slice(0, 200)}`,
    (cut) => countFault(context, () => cutOnce(at, deed, clean, cut)),
  );
}

function cutsOf(clean: Clean, few: number, newest: boolean): readonly Cut[] {
  const all = clean.queries.flatMap((text, index) =>
    (['kill-before', 'kill-after'] as const).flatMap((when) =>
      (['reconnects', 'gives up', 'dies'] as const).map((who) => ({ n: index + 1, when, who, sql: text })),
    ),
  );
  if (SWEEP && newest && all.length <= MOST_OF_ALL)
    return all.filter((cut) => cut.who !== 'dies' || !isRead(cut.sql) || cut.n % 7 === 3);
  const most = few * (SWEEP ? (newest ? 25 : 5) : 1);
  // The ways take turns. What only reads leaves nothing behind, so few of those boundaries are met.
  const ways = ['reconnects', 'gives up', 'reconnects', 'gives up', 'dies'];
  const turns = all.filter(
    (cut) => ways[(cut.n + (cut.when === 'kill-after' ? 1 : 0)) % ways.length] === cut.who,
  );
  return [
    ...evenly(
      turns.filter((cut) => !isRead(cut.sql)),
      most,
    ),
    ...evenly(
      turns.filter((cut) => isRead(cut.sql)),
      Math.ceil(most / 8),
    ),
  ];
}

function evenly<T>(items: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, items.length / most);
  return items.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

function isRead(text: string): boolean {
  return (
    /^\s*(SELECT|WITH|SAVEPOINT|ROLLBACK TO|RELEASE|SET LOCAL|SHOW|BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY)\b/i.test(
      text,
    ) && !/INSERT|advisory|COMMIT;?$/.test(text)
  );
}

/** With its last words to the server a run lets the lock go: all is done, as it is where it said no n-th word. */
function isGoodbye(text: string | undefined): boolean {
  return text === undefined || /pg_advisory_unlock_all|\brelease_lock\(/i.test(text);
}

async function cutOnce(at: Place, deed: Deed, clean: Clean, cut: Cut): Promise<void> {
  const database = await at.database();
  const proxy = await startProxy({ target: database.url, protocol: at.protocol });
  try {
    const request = await at.request(proxy.url);
    if (cut.who === 'dies') await dying(proxy, deed, cut);
    else {
      // A server under load is asked for some things once more: the n-th query may be another than in the clean run.
      let met: string | undefined;
      proxy.onQuery((query, n) => {
        if (n !== cut.n) return 'pass';
        met = query.sql;
        return cut.when;
      });
      await losing(request, deed, clean, cut.who, () => met);
    }
    proxy.onQuery(undefined);
    const direct = await at.request(database.url);
    await untilEnded(direct, database.url, deed);
    await at.expectEnd(direct, database.url, clean);
  } finally {
    await proxy.close();
    await database.drop();
  }
}

async function losing(
  request: Asked,
  deed: Deed,
  clean: Clean,
  who: Cut['who'],
  met: () => string | undefined,
): Promise<void> {
  const more: Partial<RunRequest> = who === 'gives up' ? { deadline: Date.now() - 1 } : {};
  let report: RunReport | undefined;
  const name = await outcomeOf(async () => {
    report = await deed.run({ ...request, ...more });
    return report;
  });
  const names =
    who === 'gives up'
      ? ['connection-lost', 'connection-failed', ...(isGoodbye(met()) ? ['done'] : [])]
      : ['done', ...(deed.person ? ['statement-in-doubt'] : [])];
  expect(names, `${met()?.slice(0, 200)}: ${JSON.stringify(report?.error)}`).toContain(name);
  if (name === 'done' && report !== undefined) expect(deed.told(report)).toEqual(clean.told);
}

/** The runner is a process, and is killed at that moment. */
async function dying(proxy: WireProxy, deed: Deed, cut: Cut): Promise<void> {
  const { child, ended } = cli([...deed.args, '--url', proxy.url]);
  proxy.onQuery((_, n) => {
    if (n !== cut.n) return 'pass';
    if (cut.when === 'kill-after') return 'withhold';
    child.kill('SIGKILL');
    return 'kill-before';
  });
  try {
    const query = await Promise.race([proxy.waitFor((each) => each.n === cut.n), ended]);
    if ('code' in query) throw new Error(`it ended before query ${cut.n}: ${query.err}`);
    if (cut.when === 'kill-after')
      await expect.poll(() => query.finished, { timeout: 20_000, interval: 5 }).toBe(true);
  } finally {
    child.kill('SIGKILL');
  }
  expect((await ended).code, 'killed').toBeNull();
  proxy.kill();
}

/** The next run ends it, with a person's help where only a person can know. */
async function untilEnded(request: Asked, url: string, deed: Deed): Promise<void> {
  for (let run = 1; ; run += 1) {
    const report = await deed.run(request);
    const name = nameOf(report);
    if (name === 'done' || name === 'nothing') return;
    expect(name, `${JSON.stringify(report.error ?? report.held)} in run ${run}`).toBe(
      deed.person === undefined ? 'done' : 'statement-in-doubt',
    );
    expect(run).toBeLessThan(4);
    await deed.person?.(request, url);
  }
}
