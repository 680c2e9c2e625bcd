import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CORE_SCHEMA, dump, loadAll } from 'js-yaml';
import { mergePatch } from '../../src/definition/definition.ts';
import type { KubeObject } from '../../src/rehearsal/rehearsal.ts';
import { renderDirectory, targetNamed } from '../../src/render/render.ts';
import { parseScript } from '../support/script.ts';

export const FOLDER = join(import.meta.dirname, '../cases/jobs');
const COMMON = join(FOLDER, 'common');

/** One scenario: `test/cases/jobs/README.md` says what its file holds. */
export interface Scenario {
  readonly head: string;
  readonly steps: readonly { readonly line: string; readonly expected: string }[];
  /** The text after the steps, as it stands. */
  readonly rest: string;
  readonly application: KubeObject;
  readonly revisions: ReadonlyMap<string, { readonly versions: readonly string[]; readonly spec: object }>;
  /** Migrations by file name. */
  readonly files: ReadonlyMap<string, string>;
  /** Objects that are there before, beside namespace, Secret, definition and roles. */
  readonly cluster: readonly KubeObject[];
  /** For how many milliseconds the clock stands while a process runs. */
  readonly patience: number;
}

export function readScenario(id: string): Scenario {
  const { head, commands, files } = parseScript(readFileSync(join(FOLDER, `${id}.txt`), 'utf8'));
  const sections = new Map(
    files.split(/^-- (?=\S+ --$)/m).flatMap((part) => {
      const [, name, text] = /^(\S+) --\n([\s\S]*)$/.exec(part) ?? [];
      return name === undefined || text === undefined ? [] : [[name, text] as const];
    }),
  );
  const common = readdirSync(COMMON).filter((name) => name.endsWith('.sql'));
  return {
    head,
    steps: commands,
    rest: files,
    application: mergePatch(
      APPLICATION,
      (documents(sections.get('application.yaml') ?? '')[0] ?? {}) as never,
    ) as KubeObject,
    revisions: new Map(
      (sections.get('revisions') ?? '')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => {
          const [words = '', spec = '{}'] = line.split(' | ');
          const [name = '', ...versions] = words.trim().split(/\s+/);
          return [name, { versions, spec: (documents(spec)[0] ?? {}) as object }];
        }),
    ),
    files: new Map([
      ...common.map((name) => [name, readFileSync(join(COMMON, name), 'utf8')] as const),
      ...[...sections].filter(([name]) => name.endsWith('.sql')),
    ]),
    cluster: documents(sections.get('cluster.yaml') ?? ''),
    // However slow this machine is, a Job takes no time, unless that is what it is about.
    patience: sections.has('patience') ? Number(sections.get('patience')) * 1000 : 300_000,
  };
}

const APPLICATION = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'demo', namespace: 'argocd' },
  spec: {
    project: 'default',
    source: {
      repoURL: 'https://git.example/demo.git',
      path: '.',
      targetRevision: 'main',
      plugin: { name: 'mooring' },
    },
    destination: { server: 'https://kubernetes.default.svc', namespace: 'demo' },
  },
};

const DEFINITION = {
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'DatabaseSchema',
  metadata: { name: 'shop' },
  spec: {
    engine: 'postgres',
    connection: { urlFrom: { secretKeyRef: { name: 'shop-db', key: 'url' } } },
    // The check runs when a scenario asks for it.
    drift: { schedule: '0 0 29 2 *' },
    // Waits are cut short where there is nothing to come.
    job: { env: [{ name: 'MOORING_PATIENCE', value: '4' }], grace: '5s' },
  },
};

/** What the plugin prints for a revision: the schema directory rendered, and the application. */
export async function manifestsOf(scenario: Scenario, revision: string): Promise<readonly KubeObject[]> {
  const found = scenario.revisions.get(revision);
  if (found === undefined) throw new Error(`no revision ${revision}`);
  return withDirectory(scenario, { name: 'shop', ...found }, async (dir) => {
    const rendered = await renderDirectory(dir, targetNamed('argocd'), { image: 'mooring' });
    const app = readFileSync(join(COMMON, 'app.yaml'), 'utf8').replaceAll('$REVISION', revision);
    return [...rendered.map(({ text }) => text), app].flatMap(documents);
  });
}

/** A schema directory with some of the scenario's migrations, for as long as the work takes. */
export async function withDirectory<T>(
  { files }: Scenario,
  wanted: { readonly name: string; readonly versions: readonly string[]; readonly spec?: object },
  work: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'mooring-revision-'));
  try {
    const isDeclarative = (wanted.spec as { mode?: string } | undefined)?.mode === 'declarative';
    const folder = join(dir, isDeclarative ? 'schema' : 'migrations');
    await mkdir(folder);
    for (const [name, text] of files)
      if (wanted.versions.includes(name.split('_')[0] ?? '')) await writeFile(join(folder, name), text);
    const definition = mergePatch(DEFINITION, {
      metadata: { name: wanted.name },
      spec: wanted.spec ?? {},
    } as never);
    await writeFile(join(dir, 'mooring.yaml'), dump(definition));
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export function documents(text: string): readonly KubeObject[] {
  return loadAll(text, { schema: CORE_SCHEMA }).filter(
    (one) => one !== null && one !== undefined,
  ) as KubeObject[];
}
