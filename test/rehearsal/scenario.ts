import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORE_SCHEMA, loadAll } from 'js-yaml';
import { mergePatch } from '../../src/definition/definition.ts';
import type { KubeObject } from '../../src/rehearsal/rehearsal.ts';
import { parseScript } from '../support/script.ts';

export const FOLDER = join(import.meta.dirname, '../cases/argocd');

/** One scenario: `test/cases/argocd/README.md` says what its file holds. */
export interface Scenario {
  readonly id: string;
  readonly head: string;
  readonly steps: readonly { readonly line: string; readonly expected: string }[];
  /** The text after the steps, as it stands. */
  readonly rest: string;
  readonly application: KubeObject;
  readonly project: KubeObject | undefined;
  readonly cluster: readonly KubeObject[];
  readonly revisions: ReadonlyMap<string, Revision>;
  /** Health scripts by `<group>_<Kind>`. */
  readonly scripts: ReadonlyMap<string, string>;
  readonly environment: ReadonlyMap<string, string>;
  readonly shows: readonly string[];
  readonly never: readonly string[];
  /** Names of ways to set the application up that all must print the same. */
  readonly modes: ReadonlyMap<string, unknown>;
}

export type Revision =
  | { readonly manifests: readonly KubeObject[]; readonly takes: number }
  | { readonly failure: string };

export function readScenario(id: string): Scenario {
  const { head, commands, files } = parseScript(readFileSync(join(FOLDER, `${id}.txt`), 'utf8'));
  const sections = new Map(
    files.split(/^-- (?=\S+ --$)/m).flatMap((part) => {
      const [, name, text] = /^(\S+) --\n([\s\S]*)$/.exec(part) ?? [];
      return name === undefined || text === undefined ? [] : [[name, included(text)] as const];
    }),
  );
  const patch = documents(sections.get('application.yaml') ?? '')[0] ?? {};
  const lines = (name: string) => (sections.get(name) ?? '').split('\n').filter((line) => line.trim() !== '');
  const settings = documents(sections.get('argocd-cm.yaml') ?? common('argocd-cm.yaml'))[0] as {
    data?: object;
  };
  return {
    id,
    head,
    steps: commands,
    rest: files,
    application: mergePatch(APPLICATION, patch as never) as KubeObject,
    project: documents(sections.get('project.yaml') ?? '')[0],
    cluster: [...documents(common('cluster.yaml')), ...documents(sections.get('cluster.yaml') ?? '')],
    revisions: new Map([...sections].flatMap(([name, text]) => revision(name, text))),
    scripts: new Map(
      Object.entries(settings?.data ?? {}).map(([key, text]) => [
        key.replace(/^resource\.customizations\.health\./, ''),
        String(text),
      ]),
    ),
    environment: new Map(lines('controller.env').map((line) => line.split('=', 2) as [string, string])),
    shows: lines('shows'),
    never: lines('never'),
    modes: new Map(Object.entries((documents(sections.get('modes') ?? '')[0] ?? { default: {} }) as object)),
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

/** `A.yaml` or `A.stderr`; how long the plugin takes may stand in a first line `# takes 20s`. */
function revision(name: string, text: string): readonly (readonly [string, Revision])[] {
  const [, id, ending] = /^([A-Z][A-Za-z0-9-]*)\.(yaml|stderr)$/.exec(name) ?? [];
  if (id === undefined) return [];
  if (ending === 'stderr') return [[id, { failure: text.trimEnd() }]];
  const takes = Number(/^# takes (\d+)s$/m.exec(text)?.[1] ?? 0) * 1000;
  return [[id, { manifests: documents(text), takes }]];
}

/** A line `@FILE NAME=VALUE …` stands for that file, with `$NAME` replaced in it. */
function included(text: string): string {
  return text.replace(/^@(\S+)(.*)$/gm, (_, file: string, words: string) => {
    let body = common(file);
    for (const word of words.trim().split(/\s+/).filter(Boolean)) {
      const [name = '', value = ''] = word.split('=');
      body = body.replaceAll(`$${name}`, value);
    }
    return body.trimEnd();
  });
}

function common(file: string): string {
  return readFileSync(join(FOLDER, 'common', file), 'utf8');
}

export function documents(text: string): readonly KubeObject[] {
  return loadAll(text, { schema: CORE_SCHEMA }).filter(
    (one) => one !== null && one !== undefined,
  ) as KubeObject[];
}
