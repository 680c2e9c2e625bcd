import { type KubeObject, type Ref, refOf } from '../cluster/object.ts';
import type { SyncPhase } from '../event.ts';
import { type DeletePolicy, deletePolicies, isHook, waveOf } from './hook.ts';
import type { OperationPhase, ResultCode, ResultKey } from './operation.ts';

/** One object in one phase of one pass over an operation. It lives as long as the pass; results outlive it. */
export class Task {
  readonly target: KubeObject | undefined;
  live: KubeObject | undefined;
  phase: SyncPhase;
  /** For what is pruned, or what others in it depend on. */
  waveOverride: number | undefined;
  /** Its kind comes with this very sync. */
  skipDryRun = false;
  code: ResultCode | undefined;
  state: OperationPhase | undefined;
  message = '';

  constructor(phase: SyncPhase, target: KubeObject | undefined, live: KubeObject | undefined) {
    this.phase = phase;
    this.target = target;
    this.live = live;
  }

  get object(): KubeObject {
    const object = this.target ?? this.live;
    if (object === undefined) throw new Error('a task has a target, or something live');
    return object;
  }

  get ref(): Ref {
    return refOf(this.object);
  }

  get key(): ResultKey {
    const { group, kind, namespace, name } = this.ref;
    return `${this.phase} ${group}/${kind}/${namespace}/${name}`;
  }

  get wave(): number {
    return this.waveOverride ?? waveOf(this.object);
  }

  get hook(): boolean {
    return isHook(this.object);
  }

  get prunes(): boolean {
    return this.target === undefined;
  }

  get pending(): boolean {
    return this.state === undefined;
  }

  get running(): boolean {
    return this.state === 'Running';
  }

  get completed(): boolean {
    return this.state === 'Succeeded' || this.state === 'Failed' || this.state === 'Error';
  }

  get succeeded(): boolean {
    return this.state === 'Succeeded';
  }

  has(policy: DeletePolicy): boolean {
    return this.hook && deletePolicies(this.object).includes(policy);
  }

  /** An old hook of that name has to go first. */
  get deletesFirst(): boolean {
    return this.live !== undefined && this.pending && this.has('BeforeHookCreation');
  }
}
