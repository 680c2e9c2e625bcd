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
  const dir = await mkdtemp(join(tmpdir(), 'mooring-revision-'));
  try {
    await mkdir(join(dir, 'migrations'));
    for (const [name, text] of scenario.files)
      if (found.versions.includes(name.split('_')[0] ?? ''))
        await writeFile(join(dir, 'migrations', name), text);
    const definition = mergePatch(DEFINITION, { spec: found.spec } as never);
    await writeFile(join(dir, 'mooring.yaml'), dump(definition));
    const rendered = await renderDirectory(dir, targetNamed('argocd'), { image: 'mooring' });
    const app = readFileSync(join(COMMON, 'app.yaml'), 'utf8').replaceAll('$REVISION', revision);
    return [...rendered.map(({ text }) => text), app].flatMap(documents);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export function documents(text: string): readonly KubeObject[] {
  return loadAll(text, { schema: CORE_SCHEMA }).filter(
    (one) => one !== null && one !== undefined,
  ) as KubeObject[];
}
