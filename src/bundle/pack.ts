import { hash } from 'node:crypto';
import {
  API_VERSION,
  type BundledDefinition,
  type BundleFile,
  type BundleIndex,
  canonicalJson,
  type Definition,
  type FileRole,
  sortBytewise,
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
  const scripts = scriptsOf(migrations);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const listed = sortBytewise([...byPath.keys()].filter((path) => scripts.has(path))).flatMap(
    (path) => byPath.get(path) ?? [],
  );
  const index = {
    apiVersion: API_VERSION,
    kind: 'Bundle',
    name: definition.metadata.name,
    definition: bundled(definition),
    files: listed.map(
      ({ path, bytes }): BundleFile => ({
        path,
        role: scripts.get(path)?.role ?? 'migration',
        size: bytes.byteLength,
        sha256: scripts.get(path)?.sha256 ?? hash('sha256', bytes),
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
  const files = rest.files.map(({ key: _key, chunk: _chunk, path, role, sha256, size, ...more }) => ({
    path,
    role,
    sha256,
    size,
    ...more,
  }));
  return `sha256:${hash('sha256', canonicalJson({ ...rest, files }))}`;
}

/** What `readMigrations` takes. */
export function sourceFiles(bundle: Bundle): readonly SourceFile[] {
  return bundle.index.files.map(({ path }) => ({
    path,
    bytes: bundle.files.get(path) ?? new Uint8Array(),
  }));
}

interface Listed {
  readonly role: FileRole;
  readonly sha256: string;
}

function scriptsOf(migrations: readonly Migration[]): ReadonlyMap<string, Listed> {
  const scripts = new Map<string, Listed>();
  for (const { script, undo, repeat, desired } of migrations) {
    if (desired !== undefined) {
      for (const { file, sha256 } of desired) scripts.set(file, { role: 'desired', sha256 });
      continue;
    }
    const role = repeat === 'once' ? 'migration' : 'repeatable';
    scripts.set(script.file, { role, sha256: script.sha256 });
    if (undo !== undefined) scripts.set(undo.script.file, { role: 'undo', sha256: undo.script.sha256 });
  }
  return scripts;
}

function bundled({ spec, ...definition }: Definition): BundledDefinition {
  const { job: _job, manifests: _manifests, connection: _connection, ...rest } = spec;
  return { ...definition, spec: rest };
}
