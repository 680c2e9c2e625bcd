import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Hazard, MooringError } from '../api/api.ts';
import type { Catalog, CatalogObject, CatalogScope } from '../catalog/catalog.ts';
import { type Engine, type Session, SqlFailure, type Target } from '../engines/engines.ts';
import { decodeSql, type Statement, serverPosition } from '../sql/sql.ts';
import { actingFor } from './acting-for.ts';
import { planBetween } from './between.ts';
import { asking, questionIn, withRows } from './facts.ts';
import { type RenameNote, renameNotes } from './renames.ts';

/** Where a catalog comes from, by what the argument looks like. */
export type Source =
  | { readonly type: 'database'; readonly url: string }
  | { readonly type: 'snapshot'; readonly file: string }
  | { readonly type: 'files'; readonly path: string };

export interface SourceSettings {
  readonly engine: Engine;
  readonly scope: CatalogScope;
  readonly target: (url: string, readOnly: boolean) => Target;
  /** A server on which databases may be made and dropped, to load files into. */
  readonly scratch?: string;
  /** Who will run the plan, where that is not the scratch server's account. */
  readonly account?: string;
  /** A database whose defaults a scratch database is to have, where it is made on another server or by another account. */
  readonly like?: Catalog;
}

/** A database's URL, a `.json` file that `snapshot -o json` wrote, an SQL file, or a folder of them. Throws `file-not-found`. */
export function sourceOf(argument: string): Source {
  if (/^[a-z]+:\/\//i.test(argument)) return { type: 'database', url: argument };
  const found = lstatOf(argument);
  if (found.isFile() && argument.endsWith('.json')) return { type: 'snapshot', file: argument };
  return { type: 'files', path: argument };
}

/** A source that has been read. */
export interface OpenSource extends AsyncDisposable {
  readonly catalog: Catalog;
  /** The hazards with the rows that they are about, where there is a database with rows. */
  withRows(hazards: readonly Hazard[], count: boolean): Promise<readonly Hazard[]>;
  /** Those of the tables (keys) that hold no row; of a snapshot nobody knows. */
  emptyAmong(tables: readonly string[]): Promise<ReadonlySet<string>>;
  /** What its files say of names that were others before. */
  readonly renames: readonly RenameNote[];
  /** Where it was loaded, for files: nobody else's, and gone when the source is disposed of. */
  readonly scratch?: Session;
}

/**
 * Reads the catalog of a source. Files are run, in the order of their names, in a scratch database that is there until
 * the source is disposed of. Throws `sql-failed` with file and line, `snapshot-invalid`, `scratch-missing`, and what
 * connecting throws.
 */
export async function openSource(source: Source, settings: SourceSettings): Promise<OpenSource> {
  if (source.type === 'snapshot') return openSnapshot(source.file);
  if (source.type === 'database') {
    const session = await settings.engine.connect(settings.target(source.url, true));
    return openSession(session, settings.scope, [session]);
  }
  if (settings.scratch === undefined) throw scratchMissing(source.path);
  const { dialect } = settings.engine;
  const files = filesBelow(source.path).map((file): SqlFile => {
    const { text } = decodeSql(readFileSync(file), file);
    return { file, text, statements: dialect.split({ file, text }) };
  });
  return openFiles(files, settings);
}

/** A file of SQL, cut into its statements. */
export interface SqlFile {
  readonly file: string;
  readonly text: string;
  readonly statements: readonly Statement[];
}

/** The same of files that were read before, each run in a session that was put back to its defaults. */
export async function openFiles(
  files: readonly SqlFile[],
  settings: SourceSettings,
): Promise<OpenSource & { readonly scratch: Session }> {
  if (settings.scratch === undefined) throw scratchMissing(files[0]?.file ?? 'the files');
  const server = await settings.engine.connect(settings.target(settings.scratch, false));
  let scratch: Session | undefined;
  try {
    scratch = await scratchOn(server, settings);
    for (const file of files) await runFile(scratch, file);
  } catch (error) {
    await closeAll(scratch === undefined ? [server] : [scratch, server]);
    throw error;
  }
  const open = await openSession(scratch, settings.scope, [scratch, server]);
  return {
    ...open,
    scratch,
    renames: files.flatMap(({ file, text }) => renameNotes(file, text)),
    withRows: async (hazards) => hazards,
  };
}

/** A live database, over a session that is open, as it was read in it. */
export function liveSource(session: Session, catalog: Catalog): OpenSource {
  return {
    catalog,
    renames: [],
    emptyAmong: (tables) => emptyAmong(session, tables),
    withRows: (hazards, count) =>
      asking(session, count, (ask) => withRows(hazards, ask, questionIn(catalog))),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Does the work in an empty scratch database, which is dropped afterwards. Throws `scratch-missing`. */
export async function inScratch<T>(
  settings: SourceSettings,
  work: (scratch: Session) => Promise<T>,
): Promise<T> {
  if (settings.scratch === undefined) throw scratchMissing('this');
  const server = await settings.engine.connect(settings.target(settings.scratch, false));
  try {
    const scratch = await scratchOn(server, settings);
    try {
      return await work(scratch);
    } finally {
      await scratch.close();
    }
  } finally {
    await server.close();
  }
}

async function scratchOn(server: Session, settings: SourceSettings): Promise<Session> {
  const scratch = actingFor(await server.scratch(), settings.account);
  const rules = await settings.engine.planRules?.();
  if (settings.like === undefined || rules === undefined) return scratch;
  try {
    const { catalog } = await scratch.readCatalog(settings.scope);
    const wanted = new Map(catalog.objects);
    for (const [key, object] of settings.like.objects)
      if (object.kind === 'database') wanted.set(key, object);
    const { statements } = planBetween(catalog, { ...catalog, objects: wanted }, rules);
    for (const { sql } of statements) await scratch.execute({ sql, line: 1, column: 1, endLine: 1 });
  } catch (error) {
    await scratch.close();
    throw error;
  }
  return scratch;
}

function scratchMissing(what: string): MooringError {
  return new MooringError(
    'scratch-missing',
    `${what}: SQL files are run in a scratch database, and no server for one is named`,
    {
      hint: 'Add --scratch URL (or MOORING_SCRATCH_URL): a server on which databases may be made and dropped.',
    },
  );
}

async function openSession(
  session: Session,
  scope: CatalogScope,
  sessions: readonly Session[],
): Promise<OpenSource> {
  try {
    const { catalog } = await session.readCatalog(scope);
    return { ...liveSource(session, catalog), [Symbol.asyncDispose]: () => closeAll(sessions) };
  } catch (error) {
    await closeAll(sessions);
    throw error;
  }
}

/** Scratch databases are dropped by closing them, over the connection that made them. */
async function closeAll(sessions: readonly Session[]): Promise<void> {
  for (const session of sessions) await session.close();
}

const PATIENCE = 1_000;

async function emptyAmong(session: Session, tables: readonly string[]): Promise<ReadonlySet<string>> {
  const empty = new Set<string>();
  await session.begin();
  for (const key of tables) {
    const table = key.slice(key.indexOf(' ') + 1);
    const { holds } = await session.holdsData({ type: 'table', table, lock: false }, PATIENCE);
    if (holds === false) empty.add(key);
  }
  await session.rollback();
  return empty;
}

function lstatOf(path: string) {
  try {
    return lstatSync(path);
  } catch (cause) {
    throw new MooringError('file-not-found', `${path}: neither a URL nor a file or folder`, {
      hint: 'Name a database (postgres://…), a snapshot (.json), an SQL file or a folder of SQL files.',
      cause,
    });
  }
}

/** The file, or all `.sql` files below the folder, bytewise by path; not through links. */
function filesBelow(path: string): readonly string[] {
  if (!lstatOf(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return filesBelow(join(path, entry.name));
      return entry.isFile() && entry.name.endsWith('.sql') ? [join(path, entry.name)] : [];
    });
}

async function runFile(session: Session, { file, text, statements }: SqlFile): Promise<void> {
  await session.reset({ lockTimeout: 0, statementTimeout: 0 });
  for (const statement of statements) {
    try {
      await session.execute(statement);
    } catch (error) {
      if (error instanceof SqlFailure) throw refusedStatement(error, file, text, statement);
      throw error instanceof MooringError && error.code === 'scratch-refused'
        ? inFile(error, file, text, statement)
        : error;
    }
  }
}

function inFile(error: MooringError, file: string, text: string, statement: Statement): MooringError {
  const { line, column, excerpt } = serverPosition(statement, 1, text);
  return new MooringError(error.code, `${file}:${line}:${column}: ${error.message}\n${excerpt}`, {
    file,
    line,
    column,
    excerpt,
    hint: error.hint,
    cause: error,
  });
}

function refusedStatement(
  failure: SqlFailure,
  file: string,
  text: string,
  statement: Statement,
): MooringError {
  const place = serverPosition(statement, failure.position ?? 1, text);
  return new MooringError(
    'sql-failed',
    `${file}:${place.line}:${place.column}: ${failure.message} (${failure.code}), in a scratch database\n${place.excerpt}`,
    {
      file,
      line: place.line,
      column: place.column,
      excerpt: place.excerpt,
      hint: 'Files are run from an empty database, by name; roles and extensions must be there on the scratch server.',
      cause: failure,
    },
  );
}

async function openSnapshot(file: string): Promise<OpenSource> {
  return {
    catalog: readSnapshot(file),
    renames: [],
    emptyAmong: async () => new Set(),
    withRows: async (hazards) => hazards,
    [Symbol.asyncDispose]: async () => {},
  };
}

function readSnapshot(file: string): Catalog {
  let value: unknown;
  try {
    value = JSON.parse(decodeSql(readFileSync(file), file).text);
  } catch (cause) {
    if (cause instanceof MooringError) throw cause;
    throw invalid(file, 'it is not JSON');
  }
  if (!isMap(value) || value.kind !== 'Snapshot' || !Array.isArray(value.objects))
    throw invalid(file, 'it holds no Snapshot');
  const { model, engine, server, scope, unmodelled } = value;
  if (typeof model !== 'number' || typeof engine !== 'string' || !isMap(server) || !isMap(scope))
    throw invalid(file, 'model, engine, server or scope are missing');
  const objects = new Map<string, CatalogObject>();
  for (const object of value.objects as unknown[]) {
    if (
      !isMap(object) ||
      typeof object.kind !== 'string' ||
      typeof object.identity !== 'string' ||
      !isMap(object.properties) ||
      !Array.isArray(object.dependsOn)
    )
      throw invalid(file, 'an object has no kind, identity, properties or dependsOn');
    const { kind, identity, parent, properties, dependsOn } = object;
    objects.set(`${kind} ${identity}`, {
      kind,
      identity,
      ...(typeof parent === 'string' ? { parent } : {}),
      properties: properties as CatalogObject['properties'],
      dependsOn: dependsOn.map(String),
    });
  }
  return {
    model,
    engine,
    server: server as unknown as Catalog['server'],
    scope: scope as unknown as CatalogScope,
    unmodelled: (Array.isArray(unmodelled) ? unmodelled : []) as Catalog['unmodelled'],
    objects,
  };
}

function invalid(file: string, why: string): MooringError {
  return new MooringError('snapshot-invalid', `${file}: ${why}`, {
    file,
    hint: 'Write one: mooring snapshot --url … -o json > snapshot.json',
  });
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
