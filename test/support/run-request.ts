import { packBundle } from '../../src/bundle/bundle.ts';
import { parseDefinition } from '../../src/definition/definition.ts';
import { engineOf } from '../../src/engines/engines.ts';
import { readMigrations } from '../../src/migrations/migrations.ts';
import type { RunRequest } from '../../src/runner/runner.ts';

/** What a run is asked, from file names and texts; `spec` is merged into the definition's spec as YAML lines. */
export async function runRequest(
  url: string,
  files: Readonly<Record<string, string>>,
  more: Partial<RunRequest> & { readonly spec?: string } = {},
): Promise<RunRequest> {
  const { spec = '', ...rest } = more;
  const definition = parseDefinition(
    `apiVersion: mooring.dev/v1alpha1\nkind: DatabaseSchema\nmetadata: {name: shop}\nspec:\n  engine: postgres\n  connection: {urlFrom: {secretKeyRef: {name: shop-db, key: url}}}\n${spec}`,
    { file: 'mooring.yaml' },
  );
  const sources = Object.entries(files).map(([name, text]) => ({
    path: `migrations/${name}`,
    bytes: Buffer.from(text),
  }));
  const migrations = readMigrations(sources, definition);
  return {
    engine: await engineOf('postgres'),
    target: {
      url,
      pooler: 'none',
      schemas: definition.spec.scope.schemas,
      application: 'mooring test',
      runner: 'test',
    },
    definition,
    migrations,
    bundle: packBundle(definition, sources, migrations).index.digest,
    owner: '/shop',
    allow: new Set(),
    deadline: Date.now() + 60_000,
    patience: 0,
    progress: () => {},
    ...rest,
  };
}
