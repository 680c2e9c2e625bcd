import { setTimeout as sleep } from 'node:timers/promises';
import { MooringError } from '../api/api.ts';
import { type Bundle, unpackBundle } from '../bundle/bundle.ts';
import type { Job } from './job.ts';
import { checkSignal } from './stop.ts';

/** How long a Job waits for its ConfigMaps, milliseconds (contracts §4). */
const PATIENCE = 120_000;

/** Between two looks. */
const PAUSE = 250;

/**
 * The bundle with that digest, or whichever is mounted if none is named. A volume may still hold what an older revision
 * left in it, and the kubelet renews it in its own time. Throws `bundle-incomplete` when the time is up, and
 * `bundle-invalid`.
 */
export async function awaitedBundle(
  { settings, io, signal }: Job,
  digest: string | undefined,
): Promise<Bundle> {
  const until = Date.now() + Math.min(PATIENCE, settings.patience);
  for (let told = false; ; told = true) {
    checkSignal(signal);
    const found = await look(settings.bundleDir, digest);
    if (!(found instanceof MooringError)) return named(found, settings.name);
    if (Date.now() >= until) throw found;
    if (!told) io.log(`${found.message} Waiting for it.`);
    await sleep(Math.min(PAUSE, Math.max(1, until - Date.now())), undefined, { signal }).catch(() => {});
  }
}

async function look(folder: string, digest: string | undefined): Promise<Bundle | MooringError> {
  try {
    const bundle = await unpackBundle(folder);
    if (digest === undefined || bundle.index.digest === digest) return bundle;
    return new MooringError(
      'bundle-incomplete',
      `The bundle in ${folder} is ${bundle.index.digest.slice(0, 19)}…, and this Job is for ${digest.slice(0, 19)}….`,
      { hint: 'Its ConfigMaps are applied before the Job; look for one that is missing or was refused.' },
    );
  } catch (error) {
    if (error instanceof MooringError && error.code === 'bundle-incomplete') return error;
    throw error;
  }
}

function named(bundle: Bundle, name: string): Bundle {
  if (bundle.index.name === name) return bundle;
  throw new MooringError(
    'bundle-invalid',
    `The bundle is that of ${bundle.index.name}, and this Job is one of ${name}.`,
    { hint: 'Render the manifests again, and sync.' },
  );
}
