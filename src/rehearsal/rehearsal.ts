/** A GitOps controller on a laptop, its clock an argument: what Argo CD and a cluster would do, Jobs as local processes. */

export { type Answer, Application, type SyncRequest } from './application.ts';
export type { Comparison, Resource } from './argocd/compare.ts';
export type { Output } from './argocd/repository.ts';
export { type Automated, automatedOf, readApplication, type Settings } from './argocd/settings.ts';
export { type Clock, type ClockOptions, virtualClock } from './clock.ts';
export { LATENCY, type Latency } from './cluster/cluster.ts';
export type { Container, ContainerSpec } from './cluster/container.ts';
export { type KubeObject, type Ref, refOf, titleOf } from './cluster/object.ts';
export type { Program } from './cluster/program.ts';
export type { RehearsalEvent } from './event.ts';
export type { Health, HealthCheck } from './health.ts';
export {
  type RehearsalListener,
  type RehearseRequest,
  rehearse,
} from './rehearse/rehearse.ts';
export type { Revision } from './rehearse/revision.ts';
export { holdScratch } from './rehearse/scratch.ts';
export { tellEvent } from './tell-event.ts';
export type { TreeNode } from './tree.ts';
export { type Rehearsal, type RehearsalOptions, startRehearsal } from './world.ts';
