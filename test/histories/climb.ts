import type { Database, SharedPostgres } from '../support/postgres-server.ts';
import { pgDump, psql, rawPgDump } from '../support/tools.ts';
import { type History, SchemaDirectory } from './history.ts';
import { apply } from './runs.ts';

/** A history applied file by file, each time in a run of its own. */
export interface Climb {
  readonly database: Database;
  /** Holds all files in the end. */
  readonly directory: SchemaDirectory;
  /** The dump after each file, the empty database's first: one more than there are files. */
  readonly dumps: readonly string[];
  /** Files after which our database differed from the one where psql ran the same files. */
  readonly differing: readonly string[];
}

/** Applies file by file, and has psql run the same files in another database, comparing both dumps after each. */
export async function climb(server: SharedPostgres, history: History): Promise<Climb> {
  const [ours, theirs] = [await server.createDatabase(), await server.createDatabase()];
  const directory = await SchemaDirectory.make(history.name);
  const dumps = [await pgDump(ours.url)];
  const differing: string[] = [];
  for (const file of history.forward) {
    const undo = history.undo.filter((each) => each.version === file.version);
    await directory.add([file, ...undo]);
    await Promise.all([apply(directory, ours.url), psql(theirs.url, { files: [file.source] })]);
    const [dump, wanted] = await Promise.all([pgDump(ours.url), pgDump(theirs.url)]);
    if (dump !== wanted) differing.push(file.name);
    dumps.push(dump);
  }
  await theirs.drop();
  return { database: ours, directory, dumps, differing };
}

/** Applies everything in one run to a new database. */
export async function leap(server: SharedPostgres, directory: SchemaDirectory): Promise<Database> {
  const database = await server.createDatabase();
  await apply(directory, database.url);
  return database;
}

/** What pg_dump says of a database runs, as it is, as the first migration of another; returns both databases' dumps with rows. */
export async function asFirstMigration(
  server: SharedPostgres,
  database: Database,
): Promise<{ readonly first: string; readonly again: string }> {
  await using directory = await SchemaDirectory.make('dumped');
  await directory.write('1_dump.sql', await rawPgDump(database.url, ['--exclude-schema=mooring']));
  const copy = await leap(server, directory);
  const [first, again] = await Promise.all([withRows(database), withRows(copy)]);
  await copy.drop();
  return { first, again };
}

/** The `\restrict` key of each dump is random. */
async function withRows(database: Database): Promise<string> {
  const dump = await rawPgDump(database.url, ['--exclude-schema=mooring']);
  return dump
    .split('\n')
    .filter((line) => !/^\\(un)?restrict /.test(line))
    .join('\n');
}
