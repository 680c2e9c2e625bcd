import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { expect, test } from 'vitest';
import { VERSION } from '../../src/api/api.ts';
import { ROOT } from '../support/cache.ts';
import { caseFolders, expectFile } from '../support/case-folders.ts';
import { goTool, NO_GO_TOOL } from '../support/go-tools.ts';
import {
  decodeProblems,
  type KubernetesObject,
  kustomizeBuild,
  serverSideApply,
} from '../support/kustomize.ts';
import { describeIf } from '../support/skip.ts';

const MANIFESTS = join(ROOT, 'manifests');
const ARGO_CD = join(ROOT, 'test/support/argo-cd');
const HEALTH_KEY = 'resource.customizations.health.mooring.dev_DatabaseSchema';
const HEALTH = readFileSync(join(MANIFESTS, 'argocd/health.lua'), 'utf8');

const built = goTool('kustomize') !== undefined && goTool('k8s-objects') !== undefined;

describeIf(built, `kustomize or k8s-objects: ${NO_GO_TOOL}`)('kustomize build', () => {
  test('manifests/base: the kind and the roles, each as Kubernetes knows it', () => {
    const objects = kustomizeBuild(join(MANIFESTS, 'base'));
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'CustomResourceDefinition databaseschemas.mooring.dev',
      'ClusterRole mooring-drift',
      'ClusterRole mooring-runner',
      'ClusterRole mooring-view',
    ]);
    for (const object of objects.filter(({ kind }) => kind === 'ClusterRole'))
      expect(decodeProblems(object), object.metadata.name).toEqual([]);
  });

  test.each(caseFolders('kustomize'))('$name', ({ dir }) => {
    const objects = kustomizeBuild(dir);
    for (const object of objects) expect(decodeProblems(object), object.metadata.name).toEqual([]);
    const script = objects.map((object) => object.data?.[HEALTH_KEY]).find((text) => text !== undefined);
    expect(script).toBe(HEALTH);
    expectFile(dir, 'expected.yaml', objects.map(withoutScript).join('---\n'));
  });

  test('parts that are applied on the server leave all else in Argo CD as it was', () => {
    const [settings, server] = kustomizeBuild(join(MANIFESTS, 'argocd'));
    const map = serverSideApply(join(ARGO_CD, 'argocd-cm.yaml'), settings);
    expect(Object.keys(map.data ?? {}).sort()).toEqual([
      'resource.customizations.health.example.com_Widget',
      HEALTH_KEY,
      'url',
    ]);
    const deployment = serverSideApply(join(ARGO_CD, 'argocd-repo-server.yaml'), server);
    const pod = (deployment as unknown as Deployment).spec.template.spec;
    expect(names(pod.containers)).toEqual(['argocd-repo-server', 'mooring']);
    expect(names(pod.initContainers)).toEqual(['copyutil']);
    expect(names(pod.volumes)).toEqual(['mooring-tmp', 'plugins', 'tmp', 'var-files']);
  });
});

test('images have the version of the code', () => {
  const text = readFileSync(join(MANIFESTS, 'argocd/component/argocd-repo-server.yaml'), 'utf8');
  expect([...text.matchAll(/(mooring(?:-plugin)?):(\d\S*)/g)].map((match) => match[2])).toEqual([
    VERSION,
    VERSION,
  ]);
});

interface Named {
  readonly name: string;
}

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly Named[];
        readonly initContainers: readonly Named[];
        readonly volumes: readonly Named[];
      };
    };
  };
}

const names = (all: readonly Named[]): readonly string[] => all.map(({ name }) => name).sort();

function withoutScript(object: KubernetesObject): string {
  const data = object.data === undefined ? {} : { data: { ...object.data } };
  if (data.data !== undefined && HEALTH_KEY in data.data) data.data[HEALTH_KEY] = '<health.lua>';
  return dump({ ...object, ...data }, { lineWidth: -1 });
}
