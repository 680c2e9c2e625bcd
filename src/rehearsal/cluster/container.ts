import type { Ref } from './object.ts';
import type { Program } from './program.ts';

/** What a container's manifest says, its paths and variables already those of this machine. */
export interface ContainerSpec {
  readonly pod: Ref;
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Which process stands for a container; undefined for an image that cannot be pulled. */
export type Container = (spec: ContainerSpec) => Program | undefined;
