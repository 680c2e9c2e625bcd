import { CONTAINER, canonicalJson, type Json, type JsonObject } from '../api/api.ts';
import { mergePatch } from '../definition/definition.ts';
import type { Mapping, Value } from './object.ts';
import { invalidSettings } from './settings.ts';

type Objects = readonly Mapping[];

/**
 * A pod template with the `job.podTemplate` of a definition merged over it (RFC 7396). Two lists are added to instead
 * of replaced, by name: `volumes`, and `containers`, where an entry with our name is merged over our container and its
 * `volumeMounts` are added to ours. Throws `definition-invalid` for a patch that would undo what the runner stands on.
 */
export function patchTemplate(template: Mapping, patch: JsonObject, file: string): Mapping {
  if (Object.keys(patch).length === 0) return template;
  const problems = shapeProblems(patch);
  if (problems.length > 0) throw invalidSettings(file, problems);
  const { containers = [], volumes = [], ...spec } = (patch.spec ?? {}) as JsonObject;
  const merged = mergePatch(template as Json, { ...patch, spec }) as Mapping;
  const before = at(template, ['spec']) as Mapping;
  const patched: Mapping = {
    ...merged,
    spec: {
      ...(merged.spec as Mapping),
      containers: withContainers(before.containers as Objects, containers as Objects),
      volumes: [...(before.volumes as Objects), ...(volumes as Objects)],
    },
  };
  const undone = undoneBy(template, patched);
  if (undone.length > 0) throw invalidSettings(file, undone);
  return patched;
}

function shapeProblems(patch: JsonObject): readonly string[] {
  const strange = Object.keys(patch).filter((key) => key !== 'metadata' && key !== 'spec');
  if (strange.length > 0) {
    return [
      `spec.job.podTemplate has ${strange.join(', ')}: expected metadata and spec, as a pod template has them.`,
    ];
  }
  for (const part of ['metadata', 'spec'] as const) {
    if (Object.hasOwn(patch, part) && !isObject(patch[part])) {
      return [`spec.job.podTemplate.${part} is no mapping: expected keys and values.`];
    }
  }
  return (['containers', 'volumes'] as const).flatMap((list) => {
    const value = (patch.spec as JsonObject | undefined)?.[list];
    const fits =
      value === undefined ||
      (Array.isArray(value) && value.every((item) => isObject(item) && typeof item.name === 'string'));
    return fits
      ? []
      : [`spec.job.podTemplate.spec.${list} is added to ours: expected a list of mappings that have a name.`];
  });
}

function withContainers(ours: Objects, theirs: Objects): Objects {
  const [own = {}] = ours;
  const { volumeMounts = [], ...patch } = theirs.find(({ name }) => name === CONTAINER) ?? {};
  return [
    {
      ...(mergePatch(own as Json, patch as Json) as Mapping),
      volumeMounts: [...(own.volumeMounts as Objects), ...(volumeMounts as Objects)],
    },
    ...theirs.filter(({ name }) => name !== CONTAINER),
  ];
}

const OURS = ['spec', 'containers', '0'];

/** What must be as we made it, and what to set instead where something else is meant. */
const KEPT: readonly { readonly path: readonly string[]; readonly instead: string }[] = [
  { path: ['spec', 'restartPolicy'], instead: 'A failed Pod is tried again by its Job: spec.job.retries.' },
  { path: ['spec', 'activeDeadlineSeconds'], instead: 'Set spec.job.deadline.' },
  { path: ['spec', 'terminationGracePeriodSeconds'], instead: 'Set spec.job.grace.' },
  { path: ['spec', 'serviceAccountName'], instead: 'Set spec.job.serviceAccountName.' },
  { path: ['spec', 'serviceAccount'], instead: 'Set spec.job.serviceAccountName.' },
  {
    path: ['spec', 'automountServiceAccountToken'],
    instead: 'The gate has no token; the others report with theirs.',
  },
  { path: ['spec', 'securityContext'], instead: 'Set spec.job.securityContext.' },
  { path: ['spec', 'imagePullSecrets'], instead: 'Set spec.job.imagePullSecrets.' },
  { path: [...OURS, 'image'], instead: 'Set spec.job.image.' },
  { path: [...OURS, 'command'], instead: 'The image knows what to run.' },
  { path: [...OURS, 'args'], instead: 'They say which Job it is.' },
  { path: [...OURS, 'env'], instead: 'Set spec.job.env, which is added.' },
  { path: [...OURS, 'securityContext'], instead: 'Set spec.job.securityContext, for the Pod.' },
  { path: [...OURS, 'terminationMessagePolicy'], instead: 'It shows the last lines of a failed run.' },
  { path: [...OURS, 'terminationMessagePath'], instead: 'It shows the last lines of a failed run.' },
];

function undoneBy(before: Mapping, after: Mapping): readonly string[] {
  const labels = Object.keys(at(before, ['metadata', 'labels']) as Mapping).map((label) => ({
    path: ['metadata', 'labels', label],
    instead: 'Set spec.job.labels for labels of your own.',
  }));
  const changed = [...labels, ...KEPT]
    .filter(({ path }) => canonicalJson([at(before, path) ?? []]) !== canonicalJson([at(after, path) ?? []]))
    .map(
      ({ path, instead }) =>
        `spec.job.podTemplate changes ${path.join('.').replace('containers.0', `containers[${CONTAINER}]`)}, which has to stay. ${instead}`,
    );
  return [
    ...changed,
    ...taken('containers', at(after, ['spec', 'containers']) as Objects, 'name'),
    ...taken('volumes', at(after, ['spec', 'volumes']) as Objects, 'name'),
    ...taken('volumeMounts', at(after, [...OURS, 'volumeMounts']) as Objects, 'mountPath'),
  ];
}

function taken(list: string, entries: Objects, key: 'name' | 'mountPath'): readonly string[] {
  const values = entries.map((entry) => entry[key]);
  return values
    .filter((value, index) => values.indexOf(value) !== index)
    .map(
      (value) => `spec.job.podTemplate has ${list} with the ${key} ${JSON.stringify(value)}, which is taken.`,
    );
}

function at(value: Value | undefined, path: readonly string[]): Value | undefined {
  let found = value;
  for (const part of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Mapping)[part];
  }
  return found;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
