import type { Definition, JobRole } from '../api/api.ts';
import type { BundlePart, ReadSchema } from '../bundle/bundle.ts';
import type { KubernetesObject } from './object.ts';

/** What a controller can do, as far as objects and Jobs differ by it. */
export interface Traits {
  /** It runs Jobs of ours before it changes anything, and takes them away again. */
  readonly hooks: boolean;
  /** It shows it as a difference when an annotation of ours is no longer what Git has. */
  readonly mark: boolean;
  /** Where a tracked Job says which bundle it is for: on itself, or in its pod template, which runs it anew. */
  readonly digest: 'metadata' | 'template';
}

/** A GitOps controller that we render for. A new one is a file in `targets/` and a line in `targets/targets.ts`. */
export interface Target {
  /** What `--target` and MOORING_TARGET call it. */
  readonly name: string;
  readonly traits: Traits;
  /** How the keys of its own labels and annotations begin: a definition may not set those on our objects. */
  readonly reserved: readonly string[];
  /** Throws `definition-invalid` for settings that it cannot carry out. */
  render(input: RenderInput): readonly KubernetesObject[];
}

/** One definition with all that its objects are made of. */
export interface RenderInput extends ReadSchema {
  readonly definition: Definition;
  /** The bundle as the objects that carry it. */
  readonly parts: readonly BundlePart[];
  /** As errors name the `mooring.yaml`. */
  readonly file: string;
  /** Of the runner, where the definition names none. */
  readonly image: string | undefined;
}

/** What the pieces need to know of the target that puts them together. */
export interface JobInput extends RenderInput {
  readonly role: JobRole;
  readonly target: Pick<Target, 'name' | 'traits'>;
  /** The target's own, for the Job itself. */
  readonly annotations: Readonly<Record<string, string>>;
}
