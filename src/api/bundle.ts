import type { Definition, DefinitionSpec } from './definition.ts';

/** What the index says of the definition: parsed, defaults filled, without what only the cluster's objects need. */
export type BundledDefinition = Omit<Definition, 'spec'> & {
  readonly spec: Omit<DefinitionSpec, 'job' | 'manifests' | 'connection'>;
};

export type FileRole = 'migration' | 'undo' | 'repeatable' | 'desired';

/** One file of a bundle as the index lists it (contracts §4). */
export interface BundleFile {
  /** Relative to the schema directory, `/` between parts. */
  readonly path: string;
  readonly role: FileRole;
  /** The ConfigMap key that holds it, where bundles are carried in ConfigMaps. */
  readonly key?: string;
  /** Which of several chunks holds it, counted from 0. */
  readonly chunk?: number;
  /** Raw bytes. */
  readonly size: number;
  /** 64 hex digits over the raw bytes. */
  readonly sha256: string;
}

export interface BundleIndex {
  readonly apiVersion: 'mooring.dev/v1alpha1';
  readonly kind: 'Bundle';
  readonly name: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  readonly definition: BundledDefinition;
  readonly files: readonly BundleFile[];
}
