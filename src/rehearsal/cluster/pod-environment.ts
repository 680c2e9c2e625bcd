import { at, type Json, type JsonMap, listAt, mapAt, textAt } from '../values.ts';
import type { KubeObject } from './object.ts';
import { dataOf, fieldOf, NotYet } from './pod-reference.ts';
import type { Store } from './store.ts';

/**
 * The environment that a container's manifest asks for: values with `$(NAME)` written out, keys of ConfigMaps and
 * Secrets, fields of the pod. Throws `NotYet` while something is missing that is not optional.
 */
export function environmentOf(
  store: Store,
  pod: KubeObject,
  container: Json,
): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const source of listAt(container, 'envFrom')) Object.assign(env, allOf(store, pod, source));
  for (const entry of listAt(container, 'env')) {
    const name = textAt(entry, 'name') ?? '';
    const from = at(entry, 'valueFrom');
    const value =
      from === undefined ? expanded(textAt(entry, 'value') ?? '', env) : referred(store, pod, mapAt(from));
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** `$(NAME)` becomes the variable's value, `$$(NAME)` stays `$(NAME)`, and so do names that are not set. */
export function expanded(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\$\([^)]*\)|\(([^)]+)\))/g, (whole, rest: string, name: string | undefined) =>
    name === undefined ? rest : (env[name] ?? whole),
  );
}

function allOf(store: Store, pod: KubeObject, source: Json): Readonly<Record<string, string>> {
  const [kind, key] =
    'secretRef' in mapAt(source)
      ? (['Secret', 'secretRef'] as const)
      : (['ConfigMap', 'configMapRef'] as const);
  const name = textAt(source, key, 'name') ?? '';
  const data = dataOf(store, kind, pod.metadata.namespace ?? '', name);
  if (data === undefined && at(source, key, 'optional') !== true) throw missing(kind, name);
  const prefix = textAt(source, 'prefix') ?? '';
  return Object.fromEntries(
    [...(data ?? [])].map(([name, bytes]) => [`${prefix}${name}`, bytes.toString('utf8')]),
  );
}

function referred(store: Store, pod: KubeObject, from: JsonMap): string | undefined {
  const field = textAt(from, 'fieldRef', 'fieldPath');
  if (field !== undefined) return fieldOf(pod, field);
  const [kind, ref] =
    'secretKeyRef' in from
      ? (['Secret', mapAt(from, 'secretKeyRef')] as const)
      : (['ConfigMap', mapAt(from, 'configMapKeyRef')] as const);
  const [name, key] = [textAt(ref, 'name') ?? '', textAt(ref, 'key') ?? ''];
  const data = dataOf(store, kind, pod.metadata.namespace ?? '', name);
  const value = data?.get(key);
  if (value !== undefined) return value.toString('utf8');
  if (ref.optional === true) return undefined;
  if (data === undefined) throw missing(kind, name);
  throw new NotYet(
    'CreateContainerConfigError',
    `couldn't find key ${key} in ${kind} ${pod.metadata.namespace}/${name}`,
  );
}

function missing(kind: string, name: string): NotYet {
  return new NotYet('CreateContainerConfigError', `${kind.toLowerCase()} "${name}" not found`);
}
