import { type Connection, connectionVariables, PATHS, sourceVariable, type ValueFrom } from '../api/api.ts';
import type { Mapping } from './object.ts';

type Prefix = Parameters<typeof connectionVariables>[0];

/** A variable with a fixed value: `$` is doubled, so that Kubernetes puts in nothing for `$(NAME)`. */
export function literal(name: string, value: string): Mapping {
  return { name, value: value.replaceAll('$', '$$$$') };
}

/** A variable from a field of the Pod itself. */
export function ofPod(name: string, fieldPath: string): Mapping {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

/** A variable from a Secret, and beside it where from: the reference is optional, so that the runner can say what is missing. */
export function fromSecret(variable: string, { secretKeyRef: { name, key } }: ValueFrom): readonly Mapping[] {
  return [
    { name: variable, valueFrom: { secretKeyRef: { name, key, optional: true } } },
    literal(sourceVariable(variable), `Secret/${name}/${key}`),
  ];
}

/** How a container learns of a connection: references to Secrets, never what is in them. */
export function connectionEnv(connection: Connection, prefix: Prefix): readonly Mapping[] {
  const names = connectionVariables(prefix);
  const { tls, role, pooler } = connection;
  return [
    ...('urlFrom' in connection
      ? fromSecret(names.url, connection.urlFrom)
      : [
          literal(names.host, connection.host),
          ...(connection.port === undefined ? [] : [literal(names.port, String(connection.port))]),
          literal(names.name, connection.database),
          ...fromSecret(names.user, connection.userFrom),
          ...fromSecret(names.password, connection.passwordFrom),
        ]),
    literal(names.tls, tls.mode),
    ...(tls.caFrom === undefined
      ? []
      : [
          literal(names.caFile, `${CA[prefix].path}/${PATHS.caFile}`),
          literal(sourceVariable(names.caFile), sourceOf(tls.caFrom)),
        ]),
    ...(role === undefined ? [] : [literal(names.role, role)]),
    literal(names.pooler, pooler),
  ];
}

/** The volume and its mount that hold the certificate authority, where the connection names one. */
export function connectionFiles(
  { tls: { caFrom } }: Connection,
  prefix: Prefix,
): { readonly volumes: readonly Mapping[]; readonly mounts: readonly Mapping[] } {
  if (caFrom === undefined) return { volumes: [], mounts: [] };
  const { volume, path } = CA[prefix];
  const [kind, { name, key }] =
    'secretKeyRef' in caFrom
      ? (['secret', caFrom.secretKeyRef] as const)
      : (['configMap', caFrom.configMapKeyRef] as const);
  const items = [{ key, path: PATHS.caFile }];
  return {
    volumes: [
      {
        name: volume,
        [kind]:
          kind === 'secret' ? { secretName: name, items, optional: true } : { name, items, optional: true },
      },
    ],
    mounts: [{ name: volume, mountPath: path, readOnly: true }],
  };
}

const CA: Readonly<Record<Prefix, { readonly volume: string; readonly path: string }>> = {
  MOORING_DATABASE: { volume: 'database-ca', path: PATHS.databaseCa },
  MOORING_DRIFT_DATABASE: { volume: 'drift-database-ca', path: PATHS.driftDatabaseCa },
};

function sourceOf(caFrom: NonNullable<Connection['tls']['caFrom']>): string {
  if ('secretKeyRef' in caFrom) return `Secret/${caFrom.secretKeyRef.name}/${caFrom.secretKeyRef.key}`;
  return `ConfigMap/${caFrom.configMapKeyRef.name}/${caFrom.configMapKeyRef.key}`;
}
