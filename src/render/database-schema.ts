import { ANNOTATIONS, API_VERSION, type Definition, SETTLED } from '../api/api.ts';
import { labelsOf, metadataOf } from './metadata.ts';
import type { KubernetesObject, Mapping } from './object.ts';
import type { RenderInput, Target } from './target.ts';

/** What people look at in the cluster (contracts §6). Its status is the runner's to write and never rendered. */
export function databaseSchema(
  { definition, bundle, migrations }: RenderInput,
  { traits }: Pick<Target, 'traits'>,
  annotations: Readonly<Record<string, string>>,
): KubernetesObject {
  // As the history counts: repeatables have no place in the order.
  const head = migrations.findLast(({ repeat }) => repeat === 'once')?.id;
  return {
    apiVersion: API_VERSION,
    kind: 'DatabaseSchema',
    metadata: metadataOf(definition.metadata.name, labelsOf(definition, 'schema'), {
      ...annotations,
      ...(traits.mark ? { [ANNOTATIONS.state]: SETTLED } : {}),
    }),
    spec: {
      ...clusterSpec(definition),
      bundle: { digest: bundle.index.digest, migrations: migrations.length, head },
    },
  };
}

function clusterSpec({ spec }: Definition): Mapping {
  const { job: _job, manifests: _manifests, ...rest } = spec;
  return rest as unknown as Mapping;
}
