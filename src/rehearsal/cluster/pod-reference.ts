import { mapAt, textAt } from '../values.ts';
import { type KubeObject, uidOf } from './object.ts';
import type { Store } from './store.ts';

/** Why a pod cannot start yet, in the kubelet's words. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The data of a ConfigMap or Secret of the pod's namespace, as bytes; undefined where there is none. */
export function dataOf(
  store: Store,
  kind: 'ConfigMap' | 'Secret',
  namespace: string,
  name: string,
): ReadonlyMap<string, Buffer> | undefined {
  const object = store.find({ group: '', kind, namespace, name });
  if (object === undefined) return undefined;
  const encoding = kind === 'Secret' ? 'base64' : 'utf8';
  const data = Object.entries(mapAt(object, 'data')).map(([key, text]) => [key, text, encoding] as const);
  const binary = Object.entries(mapAt(object, 'binaryData')).map(
    ([key, text]) => [key, text, 'base64'] as const,
  );
  return new Map([...data, ...binary].map(([key, text, how]) => [key, Buffer.from(String(text), how)]));
}

/** `metadata.name`, `metadata.annotations['x']` and the like, of a pod. */
export function fieldOf(pod: KubeObject, path: string): string {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (map !== undefined && key !== undefined) return textAt(pod, 'metadata', map, key) ?? '';
  switch (path) {
    case 'metadata.uid':
      return uidOf(pod);
    case 'metadata.labels':
    case 'metadata.annotations': {
      const entries = Object.entries(mapAt(pod, ...path.split('.')));
      return entries.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join('\n');
    }
    case 'spec.serviceAccountName':
      return textAt(pod, 'spec', 'serviceAccountName') ?? 'default';
    case 'spec.nodeName':
      return 'laptop';
    case 'status.podIP':
    case 'status.hostIP':
      return '127.0.0.1';
    default:
      return textAt(pod, ...path.split('.')) ?? '';
  }
}
