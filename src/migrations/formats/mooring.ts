import { compareBytewise, MooringError } from '../../api/api.ts';
import type { Format, FormatContext } from '../format.ts';
import type { Migration, SourceFile } from '../migration.ts';
import { SqlScript } from '../script.ts';
import { compareVersions, normalVersion } from '../version.ts';

const VERSIONED = /^(\d+(?:\.\d+)*)_(.+?)(\.undo)?\.sql$/;
const REPEATABLE = /^R_(.+)\.sql$/;

const EXPECTED = '<version>_<description>.sql, <version>_<description>.undo.sql or R_<name>.sql';

/** Our own format: `1_orders.sql`, `1_orders.undo.sql`, `R_totals.sql` (contracts §3). */
export const mooring: Format = { name: 'mooring', takes, read };

function takes(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.startsWith('.') || !/\.sql$/i.test(name)) return false;
  const named = VERSIONED.test(name) || REPEATABLE.test(name);
  if (named && path === name) return true;
  if (path === name) throw nameInvalid(path, name);
  if (!named) return false;
  throw new MooringError(
    'migration-name-invalid',
    `${path} lies in a sub-folder: migrations stand side by side in one folder.`,
    { file: path, hint: `Move it up, or give it another ending than .sql if it is none.` },
  );
}

function read(files: readonly SourceFile[], context: FormatContext): readonly Migration[] {
  const named = files.map((file) => parseName(file, context.folder));
  const undos = new Map<string, Versioned>();
  const versioned: Versioned[] = [];
  const seen = new Map<string, string>();
  for (const one of named) {
    if (one.type === 'repeatable') continue;
    refuseSecond(seen, `${one.type} ${one.normal}`, one);
    if (one.type === 'undo') undos.set(one.normal, one);
    else versioned.push(one);
  }
  const repeatables = named.filter((one) => one.type === 'repeatable');
  versioned.sort((a, b) => compareVersions(a.normal, b.normal));
  repeatables.sort((a, b) => compareBytewise(a.name, b.name));
  for (const [key, undo] of undos) {
    if (!seen.has(`migration ${key}`)) throw orphan(undo);
  }
  const migrations = [
    ...versioned.map((one, order) => versionedMigration(one, undos.get(one.normal), order, context)),
    ...repeatables.map((one, index) => repeatableMigration(one, versioned.length + index, context)),
  ];
  refuseReplacedThatStay(migrations);
  return migrations;
}

interface Versioned {
  readonly type: 'migration' | 'undo';
  readonly version: string;
  /** The same for versions that are equal. */
  readonly normal: string;
  readonly description: string;
  readonly file: SourceFile;
}

interface Repeatable {
  readonly type: 'repeatable';
  readonly name: string;
  readonly file: SourceFile;
}

function parseName(file: SourceFile, folder: string): Versioned | Repeatable {
  const inFolder = folder === '' ? file.path : file.path.slice(folder.length + 1);
  const [, version, description, undo] = VERSIONED.exec(inFolder) ?? [];
  if (version !== undefined && description !== undefined) {
    return {
      type: undo === undefined ? 'migration' : 'undo',
      version,
      normal: normalVersion(version),
      description: spaced(description),
      file,
    };
  }
  const [, name] = REPEATABLE.exec(inFolder) ?? [];
  if (name === undefined) throw nameInvalid(file.path, inFolder);
  if (!name.endsWith('.undo')) return { type: 'repeatable', name, file };
  throw new MooringError('migration-invalid', `${file.path}: a repeatable migration has no undo.`, {
    file: file.path,
    hint: 'Remove it: a rollback runs the repeatables of the revision that it goes back to.',
  });
}

function versionedMigration(
  { version, description, file }: Versioned,
  undo: Versioned | undefined,
  order: number,
  { dialect, settings }: FormatContext,
): Migration {
  const script = new SqlScript(file, dialect, settings);
  const back = undo === undefined ? undefined : new SqlScript(undo.file, dialect, settings);
  return {
    id: version,
    version,
    description,
    order,
    phase: script.directives.contract ? 'contract' : 'expand',
    repeat: 'once',
    get checksum() {
      return script.checksum;
    },
    script,
    ...(back === undefined ? {} : { undo: { script: back } }),
    replaces: script.directives.replaces,
  };
}

function repeatableMigration(
  { name, file }: Repeatable,
  order: number,
  { dialect, settings }: FormatContext,
): Migration {
  const script = new SqlScript(file, dialect, settings);
  return {
    id: `R_${name}`,
    description: spaced(name),
    order,
    phase: script.directives.contract ? 'contract' : 'expand',
    repeat: 'onChange',
    get checksum() {
      return script.checksum;
    },
    script,
    replaces: script.directives.replaces,
  };
}

function spaced(name: string): string {
  return name.replaceAll('_', ' ').trim();
}

function refuseSecond(seen: Map<string, string>, key: string, { type, version, file }: Versioned): void {
  const other = seen.get(key);
  if (other !== undefined) {
    const what = type === 'undo' ? 'the undo of version' : 'version';
    throw new MooringError('migration-duplicate', `${other} and ${file.path} both are ${what} ${version}.`, {
      file: file.path,
      hint: 'Give one of them another version. 1, 01 and 1.0 are the same.',
    });
  }
  seen.set(key, file.path);
}

function orphan({ version, file }: Versioned): MooringError {
  return new MooringError(
    'migration-invalid',
    `${file.path} is the undo of version ${version}, which is not there.`,
    {
      file: file.path,
      hint: 'Add the migration, or remove its undo. An applied migration is undone from what the database recorded.',
    },
  );
}

/** A database that is built anew would run both. */
function refuseReplacedThatStay(migrations: readonly Migration[]): void {
  const files = new Map(migrations.map(({ id, script }) => [id, script.file]));
  for (const { script, replaces } of migrations) {
    const stays = replaces.find((id) => files.has(id));
    if (stays === undefined) continue;
    throw new MooringError(
      'migration-invalid',
      `${script.file} replaces ${stays}, which is still there: ${files.get(stays)}.`,
      {
        file: script.file,
        hint: 'Remove the files that are replaced.',
      },
    );
  }
}

function nameInvalid(path: string, name: string): MooringError {
  const lower = name.replace(/\.sql$/i, '.sql');
  const flyway = /^[VU](\d[\d._]*)__(.+)\.sql$/.exec(lower);
  const hint =
    lower !== name && (VERSIONED.test(lower) || REPEATABLE.test(lower))
      ? `Rename it: ${lower}`
      : flyway !== null
        ? `Rename it: ${flyway[1]?.replaceAll('_', '.')}_${flyway[2]}${name.startsWith('U') ? '.undo' : ''}.sql`
        : `Name it ${EXPECTED}, for example 20250131120000_orders.sql. Files that are no migrations need another ending than .sql, or another folder.`;
  return new MooringError(
    'migration-name-invalid',
    `${path} is named as no migration is: expected ${EXPECTED}.`,
    {
      file: path,
      hint,
    },
  );
}
