import { afterAll, describe, expect, test } from 'vitest';
import { mysqlServers } from '../support/mysql-server.ts';
import { versions } from '../support/postgres-server.ts';
import { describeIf, skipAloud } from '../support/skip.ts';
import { canDump, toolMajor } from '../support/tools.ts';
import { asFirstMigration, type Climb, climb, leap } from './climb.ts';
import { type History, historyMissing, historyOf } from './history.ts';
import { type HistoryServer, mysqlServer, postgresServer } from './server.ts';
import { printTable, type Row } from './table.ts';

const MINUTES = 5 * 60_000;

/** What further tests of a history need. */
export interface Stage {
  readonly server: HistoryServer;
  readonly history: History;
  /** The history as it was applied file by file; the same each time. */
  readonly climbed: () => Promise<Climb>;
  /** Adds a line to the closing table. */
  readonly add: (row: Row) => void;
}

/** The tests of a real project's history on the way up, on servers that the pg_dump of this machine can read. */
export function historySuite(project: string, further: (stage: Stage) => void = () => {}): void {
  const dumpable = versions().filter(canDump);
  const chosen = process.env.MOORING_SWEEP ? dumpable : dumpable.slice(-1);
  whereThere(project, () => {
    describeIf(
      chosen.length > 0,
      `pg_dump ${toolMajor('pg_dump') ?? 'is missing and'} reads none of the servers under test`,
    )('dumps', () => {
      for (const version of chosen) onServer(project, postgresServer(version), further);
    });
  });
}

/** The same on MySQL and MariaDB: the newest of each, all of them in a sweep. */
export function mysqlHistorySuite(project: string, further: (stage: Stage) => void = () => {}): void {
  const { there, missing: servers } = mysqlServers();
  for (const reason of servers) skipAloud(reason)(project, () => {});
  const chosen = process.env.MOORING_SWEEP
    ? there
    : there.filter((each) => each === there.findLast(({ kind }) => kind === each.kind));
  whereThere(project, () => {
    for (const { kind, version } of chosen) onServer(project, mysqlServer(kind, version), further);
  });
}

/** What is skipped is gone through all the same, and would look for files that are not there. */
function whereThere(project: string, suite: () => void): void {
  const missing = historyMissing(project);
  if (missing === undefined) describe(project, suite);
  else skipAloud(missing)(project, () => {});
}

function onServer(project: string, server: HistoryServer, further: (stage: Stage) => void): void {
  describe(server.label, () => {
    const history = historyOf(project);
    const rows: Row[] = [];
    let started: Promise<Climb> | undefined;
    const climbed = (): Promise<Climb> => {
      started ??= climb(server, history);
      return started;
    };
    const add = (row: Row): void => void rows.push(row);

    afterAll(async () => {
      if (rows.length > 0) printTable(`${project}, ${history.forward.length} files, ${server.label}`, rows);
      const last = await started?.catch(() => undefined);
      await last?.database.drop();
      await last?.directory[Symbol.asyncDispose]();
    });

    test('one by one: after each file the database is as its own client makes it', {
      timeout: MINUTES,
    }, async () => {
      const { differing } = await climbed();
      const count = history.forward.length;
      add({ what: 'up, one by one', count, equal: count - differing.length, held: [], wrong: differing });
      expect(differing).toEqual([]);
    });

    test('all in one run', { timeout: MINUTES }, async () => {
      const { directory, dumps } = await climbed();
      const database = await leap(server, directory);
      const dump = await server.dump(database.url);
      await database.drop();
      const equal = dump === dumps.at(-1);
      add({
        what: 'up, in one run',
        count: 1,
        equal: Number(equal),
        held: [],
        wrong: equal ? [] : ['the end'],
      });
      expect(dump).toBe(dumps.at(-1));
    });

    test("a dump of the result runs as another database's first migration", {
      timeout: MINUTES,
    }, async () => {
      const { first, again } = await asFirstMigration(server, (await climbed()).database);
      const equal = first === again;
      add({
        what: 'its dump as a first migration',
        count: 1,
        equal: Number(equal),
        held: [],
        wrong: equal ? [] : ['the dump'],
      });
      expect(again).toBe(first);
    });

    further({ server, history, climbed, add });
  });
}
