import type { Json, JsonObject } from './json.ts';

/** A DatabaseSchema as `mooring.yaml` defines it, all defaults filled (contracts §2). Made only by `definition/`. */
export interface Definition {
  readonly apiVersion: 'mooring.dev/v1alpha1';
  readonly kind: 'DatabaseSchema';
  readonly metadata: { readonly name: string };
  readonly spec: DefinitionSpec;
}

export type EngineName = 'postgres' | 'mysql' | 'mariadb';

export interface DefinitionSpec {
  readonly engine: EngineName;
  readonly connection: Connection;
  readonly mode: 'versioned' | 'declarative';
  readonly migrations: {
    readonly path: string;
    readonly format: string;
    readonly transaction: 'on' | 'off';
    readonly order: 'strict' | 'any';
    readonly contract: 'deferred' | 'in-gate';
  };
  readonly desired: readonly string[];
  readonly scope: Scope;
  readonly gate: 'PreSync' | 'Sync' | 'none';
  readonly drift: {
    readonly schedule: string;
    readonly onDrift: 'report' | 'revert';
    readonly show: 'OutOfSync' | 'Health';
    readonly connection?: Connection;
  };
  readonly rollback: {
    readonly dataLoss: 'hold' | 'allow';
    readonly max: number;
    readonly mixed: 'refuse' | 'gate';
  };
  readonly hazards: {
    readonly allow: readonly string[];
    readonly refuse: readonly string[];
    readonly approve: readonly string[];
  };
  /** Durations as written, e.g. `2s`; `definition/` has checked them. */
  readonly locks: { readonly timeout: string; readonly final: string };
  readonly scratch: { readonly mode: 'auto' | 'none' } | { readonly urlFrom: ValueFrom };
  readonly job: JobSettings;
  readonly manifests: readonly string[];
}

/** What a run looks at. `ignore` holds patterns over `<kind> <identity>`, `*` within one part. */
export interface Scope {
  readonly schemas: 'all' | readonly string[];
  readonly ignore: readonly string[];
  readonly include: readonly ('privileges' | 'owners')[];
}

export interface ValueFrom {
  readonly secretKeyRef: { readonly name: string; readonly key: string };
}

export type Connection = ConnectionSettings &
  (
    | { readonly urlFrom: ValueFrom }
    | {
        readonly host: string;
        readonly port?: number;
        readonly database: string;
        readonly userFrom: ValueFrom;
        readonly passwordFrom: ValueFrom;
      }
  );

export interface ConnectionSettings {
  readonly tls: {
    readonly mode: 'verify' | 'encrypt' | 'off';
    readonly caFrom?:
      | ValueFrom
      | { readonly configMapKeyRef: { readonly name: string; readonly key: string } };
  };
  readonly role?: string;
  readonly pooler: 'none' | 'session';
}

export interface JobSettings {
  readonly image?: string;
  readonly deadline: string;
  readonly retries: number;
  readonly grace: string;
  readonly resources: JsonObject;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Json[];
  readonly affinity?: JsonObject;
  readonly securityContext?: JsonObject;
  readonly serviceAccountName?: string;
  readonly imagePullSecrets: readonly Json[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly env: readonly Json[];
  readonly podTemplate: JsonObject;
  readonly mesh: boolean;
  readonly rbac: 'clusterRole' | 'role' | 'none';
  readonly waves: {
    readonly bundle: number;
    readonly gate: number;
    readonly prepare: number;
    readonly converge: number;
    readonly last: number;
  };
}
