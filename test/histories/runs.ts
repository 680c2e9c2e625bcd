import type { RunReport } from '../../src/api/api.ts';
import { packBundle } from '../../src/bundle/bundle.ts';
import { theDefinition } from '../../src/definition/definition.ts';
import { engineOf } from '../../src/engines/engines.ts';
import { readMigrations, readTree } from '../../src/migrations/migrations.ts';
import { migrate, type RunRequest, rollback } from '../../src/runner/runner.ts';
import { targetOf } from '../engines/servers.ts';
import type { SchemaDirectory } from './history.ts';

/** Applies what the directory has and the database has not. Throws what a user would read if that fails. */
export async function apply(directory: SchemaDirectory, url: string): Promise<RunReport> {
  return well(await migrate(await requestOf(directory, url, [])), 'apply');
}

/** Takes the database back; what is held and what fails comes back as a report. */
export async function takeBack(
  directory: SchemaDirectory,
  url: string,
  to: string,
  allow: readonly string[],
): Promise<RunReport> {
  return rollback(await requestOf(directory, url, allow), to);
}

function well(report: RunReport, what: string): RunReport {
  if (report.error !== undefined) throw new Error(`${what}: ${report.error.code}: ${report.error.message}`);
  return report;
}

async function requestOf(
  directory: SchemaDirectory,
  url: string,
  allow: readonly string[],
): Promise<RunRequest> {
  const { definition } = await theDefinition(directory.path);
  const files = await readTree(directory.path, definition);
  const migrations = readMigrations(files, definition);
  return {
    engine: await engineOf(definition.spec.engine),
    target: targetOf(url),
    definition,
    migrations,
    bundle: packBundle(definition, files, migrations).index.digest,
    owner: `/${definition.metadata.name}`,
    allow: new Set(allow),
    deadline: Date.now() + 120_000,
    patience: 0,
    progress: () => {},
  };
}
