import { type History, SchemaDirectory } from './history.ts';
import { apply } from './runs.ts';
import type { HistoryDatabase, HistoryServer } from './server.ts';

/** A history applied file by file, each time in a run of its own. */
export interface Climb {
  readonly database: HistoryDatabase;
  /** Holds all files in the end. */
  readonly directory: SchemaDirectory;
  /** The dump after each file, the empty database's first: one more than there are files. */
  readonly dumps: readonly string[];
  /** Files after which our database differed from the one where the server's client ran the same files. */
  readonly differing: readonly string[];
}

/** Applies file by file, and has the server's client run the same files in another database, comparing both dumps after each. */
export async function climb(server: HistoryServer, history: History): Promise<Climb> {
  const [ours, theirs] = [await server.createDatabase(), await server.createDatabase()];
  const directory = await SchemaDirectory.make(history.name, server.engine);
  const dumps = [await server.dump(ours.url)];
  const differing: string[] = [];
  for (const file of history.forward) {
    const undo = history.undo.filter((each) => each.version === file.version);
    await directory.add([file, ...undo]);
    await Promise.all([apply(directory, ours.url), server.run(theirs.url, [file.source])]);
    const [dump, wanted] = await Promise.all([server.dump(ours.url), server.dump(theirs.url)]);
    if (dump !== wanted) differing.push(file.name);
    dumps.push(dump);
  }
  await theirs.drop();
  return { database: ours, directory, dumps, differing };
}

/** Applies everything in one run to a new database. */
export async function leap(server: HistoryServer, directory: SchemaDirectory): Promise<HistoryDatabase> {
  const database = await server.createDatabase();
  await apply(directory, database.url);
  return database;
}

/** What its server's own tool says of a database runs, as it is, as the first migration of another; returns both databases' dumps with rows. */
export async function asFirstMigration(
  server: HistoryServer,
  database: HistoryDatabase,
): Promise<{ readonly first: string; readonly again: string }> {
  await using directory = await SchemaDirectory.make('dumped', server.engine);
  await directory.write('1_dump.sql', await server.rawDump(database.url));
  const copy = await leap(server, directory);
  const [first, again] = await Promise.all([withRows(server, database), withRows(server, copy)]);
  await copy.drop();
  return { first, again };
}

/** The `\restrict` key of each dump is random. */
async function withRows(server: HistoryServer, database: HistoryDatabase): Promise<string> {
  const dump = await (server.engine === 'postgres'
    ? server.rawDump(database.url)
    : server.dump(database.url));
  return dump
    .split('\n')
    .filter((line) => !/^\\(un)?restrict /.test(line))
    .join('\n');
}
