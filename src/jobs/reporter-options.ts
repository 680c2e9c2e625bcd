import type { ReporterOptions } from '../kube/kube.ts';
import { targetNamed } from '../render/render.ts';
import type { Job } from './job.ts';

/** How long an API server is waited for, milliseconds. */
const PATIENCE = 60_000;

export function reporterOptions({ settings, io, signal, stop }: Job): ReporterOptions {
  const { name, namespace, job, role, target, patience } = settings;
  return {
    namespace,
    schema: name,
    role,
    job,
    marks: target !== '' && targetNamed(target).traits.mark,
    patience: Math.max(1_000, Math.min(PATIENCE, patience, stop.until - Date.now())),
    signal,
    log: io.log,
  };
}
