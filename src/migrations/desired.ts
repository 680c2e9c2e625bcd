import { hash } from 'node:crypto';
import { join } from 'node:path';
import { compareBytewise, type Definition, type DefinitionSpec, MooringError } from '../api/api.ts';
import { filesNamed, readFileBelow, renamed } from '../definition/definition.ts';
import { checksumOf, type Dialect, dialectOf, MAX_FILE_BYTES, type Token } from '../sql/sql.ts';
import type { Migration, Script, SourceFile } from './migration.ts';
import { SqlScript } from './script.ts';
import type { TreeLimits } from './tree.ts';

/**
 * What mode declarative has in place of migrations: one step whose id is made of what its files say, so that a database
 * knows it again, whichever revision it comes in. No files, no step.
 * Throws `not-utf8`, `directive-invalid`, `sql-unterminated`, `sql-client-command`.
 */
export function desiredMigration(
  files: readonly SourceFile[],
  { spec }: { readonly spec: Pick<DefinitionSpec, 'engine' | 'desired'> },
): readonly Migration[] {
  if (files.length === 0) return [];
  const dialect = dialectOf(spec.engine);
  const desired = [...files]
    .sort((a, b) => compareBytewise(a.path, b.path))
    .map((file) => new SqlScript(file, dialect, { transaction: 'on', controlHint: CONTROL_HINT }));
  for (const script of desired) refuseDirectives(script);
  const checksum = checksumOf(tokensOf(desired, dialect));
  const script: Script = {
    file: spec.desired.join(', '),
    text: '',
    sha256: hash('sha256', desired.map(({ file, sha256 }) => `${sha256}  ${file}\n`).join('')),
    steps: [],
    checksum,
    directives: { contract: false, irreversible: false, losesNothing: false, renamedFrom: [], replaces: [] },
  };
  return [
    {
      id: `desired-${checksum.slice(3, 15)}`,
      description: `what ${desired.length === 1 ? 'one file says' : `${desired.length} files say`}`,
      order: 0,
      phase: 'expand',
      repeat: 'once',
      checksum,
      script,
      replaces: [],
      desired,
    },
  ];
}

/**
 * The files that `desired` names, by path, bytewise. Throws as `filesNamed` and `readFileBelow`, and `bundle-too-large`
 * over `limits`.
 */
export async function readDesiredFiles(
  dir: string,
  { spec }: Definition,
  limits: TreeLimits,
): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  let size = 0;
  const paths = await filesNamed(dir, spec.desired, 'spec.desired');
  for (const path of [...paths].sort(compareBytewise)) {
    const bytes = await read(dir, path, Math.min(MAX_FILE_BYTES, limits.bytes));
    files.push({ path, bytes });
    size += bytes.byteLength;
    if (files.length > limits.files || size > limits.bytes) throw tooLarge(dir, limits);
  }
  return files;
}

function* tokensOf(desired: readonly Script[], dialect: Dialect): Iterable<Token> {
  for (const { file, text } of desired) yield* dialect.tokens({ file, text });
}

async function read(dir: string, path: string, limit: number): Promise<Uint8Array> {
  try {
    return await readFileBelow(dir, path, limit);
  } catch (error) {
    throw error instanceof MooringError ? renamed(error, join(dir, path)) : error;
  }
}

const CONTROL_HINT = 'Take it out: what the files say is reached in one transaction.';

/** They say how a migration is to be run; of what the schema is they say nothing. */
function refuseDirectives({ file, directives }: Script): void {
  const { transaction, contract, irreversible, losesNothing, lockTimeout, statementTimeout, replaces } =
    directives;
  const found =
    (transaction !== undefined && 'transaction=…') ||
    (contract && 'phase=contract') ||
    (irreversible && 'irreversible') ||
    (losesNothing && 'loses=nothing') ||
    (lockTimeout !== undefined && 'lock_timeout=…') ||
    (statementTimeout !== undefined && 'statement_timeout=…') ||
    (replaces.length > 0 && 'replaces …');
  if (found === false) return;
  throw new MooringError(
    'directive-invalid',
    `${file}: \`-- mooring: ${found}\` says how a migration is run, and with spec.mode: declarative there is none.`,
    {
      file,
      hint: 'Take it out. Of directives, `renamed from <name>` is heeded here; locks.timeout and hazards stand in mooring.yaml.',
    },
  );
}

function tooLarge(dir: string, { files, bytes }: TreeLimits): MooringError {
  return new MooringError(
    'bundle-too-large',
    `${dir}: spec.desired names more than objects in a cluster can carry: at most ${files} files, and ${bytes / 1024 / 1024} MiB together.`,
    { file: dir, hint: 'Name the files that say what the schema is, and no others.' },
  );
}
