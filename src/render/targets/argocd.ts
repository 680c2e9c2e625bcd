import { type Definition, type JobRole, MooringError } from '../../api/api.ts';
import { bundleConfigMaps } from '../config-maps.ts';
import { driftCronJob } from '../cron-job.ts';
import { databaseSchema } from '../database-schema.ts';
import { gateJob, trackedJob } from '../job.ts';
import type { KubernetesObject } from '../object.ts';
import { accounts } from '../rbac.ts';
import type { JobInput, RenderInput, Target, Traits } from '../target.ts';

const PREFIX = 'argocd.argoproj.io/';
const HOOK = `${PREFIX}hook`;
const DELETE_POLICY = `${PREFIX}hook-delete-policy`;
const WAVE = `${PREFIX}sync-wave`;
const SYNC_OPTIONS = `${PREFIX}sync-options`;
const COMPARE_OPTIONS = `${PREFIX}compare-options`;

const traits: Traits = { hooks: true, mark: true, digest: 'metadata' };

/** Argo CD. Objects come in the order of their phases and waves. */
export const argocd: Target = { name: 'argocd', traits, reserved: [PREFIX], render };

function render(input: RenderInput): readonly KubernetesObject[] {
  const { job, gate } = input.definition.spec;
  const { waves } = job;
  refuseDisorder(input.definition, input.file);
  const of = <R extends JobRole>(
    role: R,
    annotations: Readonly<Record<string, string>>,
  ): JobInput & { readonly role: R } => ({
    ...input,
    role,
    target: { name: argocd.name, traits },
    annotations,
  });
  return [
    ...(gate === 'PreSync' ? gateObjects(input, of('gate', hook('BeforeHookCreation', waves.gate))) : []),
    ...accounts(input, wave(waves.bundle)),
    ...bundleConfigMaps(input, 'bundle', (number) => ({
      // The index says which of the others count: one that an older bundle left is no difference.
      ...(number === 0 ? {} : { [COMPARE_OPTIONS]: 'IgnoreExtraneous' }),
      ...SERVER_SIDE,
      ...wave(waves.bundle),
    })),
    // Without a gate nothing in the cluster changes the database, so there is nothing to prepare.
    ...(gate === 'none' ? [] : [trackedJob(of('prepare', replaced(waves.prepare)))]),
    trackedJob(of('converge', replaced(waves.converge))),
    driftCronJob(of('check', wave(waves.last))),
    databaseSchema(input, { traits }, wave(waves.last)),
  ];
}

/** PreSync holds hooks only, and of a first install nothing else is there: what the gate mounts is a hook as well. */
function gateObjects(input: RenderInput, gate: JobInput): readonly KubernetesObject[] {
  const before = input.definition.spec.job.waves.gate - 5;
  return [
    ...bundleConfigMaps(input, 'gate-bundle', () => ({
      ...SERVER_SIDE,
      ...hook('BeforeHookCreation,HookSucceeded', before),
    })),
    gateJob(gate),
  ];
}

/** Client-side apply would keep a copy of the object in an annotation, and those hold 256 KiB at most. */
const SERVER_SIDE = { [SYNC_OPTIONS]: 'ServerSideApply=true' };

function hook(deletePolicy: string, at: number): Readonly<Record<string, string>> {
  return { [HOOK]: 'PreSync', [DELETE_POLICY]: deletePolicy, ...wave(at) };
}

/** A Job cannot be changed: it is deleted and made anew, and so runs. */
function replaced(at: number): Readonly<Record<string, string>> {
  return { [SYNC_OPTIONS]: 'Force=true,Replace=true', ...wave(at) };
}

function wave(at: number): Readonly<Record<string, string>> {
  return { [WAVE]: String(at) };
}

/** Argo CD waits for a Job only if something comes in a later wave, and a Job for its bundle only so long. */
function refuseDisorder({ spec }: Definition, file: string): void {
  const { bundle, prepare, converge, last } = spec.job.waves;
  if (bundle < prepare && prepare < converge && converge < last) return;
  throw new MooringError(
    'definition-invalid',
    `${file}: spec.job.waves are bundle ${bundle}, prepare ${prepare}, converge ${converge}, last ${last}: expected each to be later than the one before.`,
    { file, hint: 'Argo CD waits for a Job only if something of ours comes in a later wave.' },
  );
}
