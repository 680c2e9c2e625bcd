import { execFileSync } from 'node:child_process';
import { loadAll } from 'js-yaml';
import { goTool } from './go-tools.ts';

/** A Kubernetes object as YAML has it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** What `kustomize build` makes of a folder. Throws with its words when it does not. */
export function kustomizeBuild(folder: string): readonly KubernetesObject[] {
  return loadAll(
    execFileSync(tool('kustomize'), ['build', folder], { encoding: 'utf8' }),
  ) as KubernetesObject[];
}

/** What is wrong with an object of Kubernetes' own kinds, by Kubernetes' strict decoder. */
export function decodeProblems(object: unknown): readonly string[] {
  return ask(['decode'], object) as readonly string[];
}

/** A live ConfigMap or Deployment, in a YAML file, after part of it was applied by another manager. */
export function serverSideApply(liveFile: string, part: unknown): KubernetesObject {
  return ask(['apply', liveFile], part) as KubernetesObject;
}

/** What is wrong with a CustomResourceDefinition in a YAML file, by the API server's validation. */
export function definitionProblems(file: string): readonly string[] {
  return ask(['crd', file], {}) as readonly string[];
}

/** What an API server with that definition does with an object of its kind. */
export interface CustomVerdict {
  readonly problems: readonly string[];
  /** Paths of fields that it does not keep. */
  readonly dropped: readonly string[];
  /** `<column>=<value>` as `kubectl get -o wide` shows it. */
  readonly cells: readonly string[];
}

export function judgeCustom(definitionFile: string, object: unknown): CustomVerdict {
  return ask(['custom', definitionFile], object) as CustomVerdict;
}

function ask(args: readonly string[], object: unknown): unknown {
  const input = `${JSON.stringify(object)}\n`;
  return JSON.parse(execFileSync(tool('k8s-objects'), args, { input, encoding: 'utf8', maxBuffer: 1 << 28 }));
}

function tool(name: 'kustomize' | 'k8s-objects'): string {
  const path = goTool(name);
  if (path === undefined) throw new Error(`${name} is not there: make setup`);
  return path;
}
