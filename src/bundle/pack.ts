import { createHash, hash } from 'node:crypto';
import {
  API_VERSION,
  type BundledDefinition,
  type BundleFile,
  type BundleIndex,
  canonicalJson,
  type Definition,
  type FileRole,
} from '../api/api.ts';
import { type Migration, readMigrations, type SourceFile } from '../migrations/migrations.ts';

export interface Bundle {
  readonly index: BundleIndex;
  /** Raw bytes by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * A definition and the files of its migrations as one thing with a digest. Pure; any size: only `bundleParts` has limits.
 * `migrations` spares reading the files again where they have been. Throws as `readMigrations`.
 */
export function packBundle(
  definition: Definition,
  files: readonly SourceFile[],
  migrations: readonly Migration[] = readMigrations(files, definition),
): Bundle {
  const roles = rolesOf(migrations);
  const listed = files.filter(({ path }) => roles.has(path)).sort((a, b) => compareBytes(a.path, b.path));
  const index = {
    apiVersion: API_VERSION,
    kind: 'Bundle',
    name: definition.metadata.name,
    definition: bundled(definition),
    files: listed.map(
      ({ path, bytes }): BundleFile => ({
        path,
        role: roles.get(path) ?? 'migration',
        size: bytes.byteLength,
        sha256: hash('sha256', bytes, 'hex'),
      }),
    ),
  } as const;
  return {
    index: { ...index, digest: digestOf(index) },
    files: new Map(listed.map(({ path, bytes }) => [path, bytes])),
  };
}

/** `sha256:` and hex over the canonical JSON of an index without `digest` and without each file's `key` and `chunk`. */
export function digestOf(index: Omit<BundleIndex, 'digest'> & { readonly digest?: string }): string {
  const { digest: _, ...rest } = index;
  const files = rest.files.map(({ key: _key, chunk: _chunk, ...file }) => file);
  return `sha256:${createHash('sha256')
    .update(canonicalJson({ ...rest, files }))
    .digest('hex')}`;
}

/** What `readMigrations` takes. */
export function sourceFiles(bundle: Bundle): readonly SourceFile[] {
  return bundle.index.files
    .filter(({ role }) => role !== 'desired')
    .map(({ path }) => ({ path, bytes: bundle.files.get(path) ?? new Uint8Array() }));
}

export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function rolesOf(migrations: readonly Migration[]): ReadonlyMap<string, FileRole> {
  const roles = new Map<string, FileRole>();
  for (const { script, undo, repeat } of migrations) {
    roles.set(script.file, repeat === 'once' ? 'migration' : 'repeatable');
    if (undo !== undefined) roles.set(undo.script.file, 'undo');
  }
  return roles;
}

function bundled({ spec, ...definition }: Definition): BundledDefinition {
  const { job: _job, manifests: _manifests, connection: _connection, ...rest } = spec;
  return { ...definition, spec: rest };
}
