import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { MooringError } from '../api/api.ts';
import type { Job } from './job.ts';
import { checkSignal } from './stop.ts';

/** How long a Job waits for its Secrets, milliseconds (contracts §5). */
const PATIENCE = 60_000;

/**
 * Waits for what the connection is made of. A certificate can still appear in its volume; a variable cannot appear in a
 * container that runs, so that all the time does is to keep a sync from failing faster than anybody looks.
 * Throws `secret-missing`, naming each of them.
 */
export async function awaitSecrets({ settings, io, signal }: Job): Promise<void> {
  const until = Date.now() + Math.min(PATIENCE, settings.patience);
  for (let told = false; ; told = true) {
    checkSignal(signal);
    const missing = missingNow(settings.connection);
    if (missing.length === 0) return;
    const error = missingError(missing, settings.namespace);
    if (Date.now() >= until) throw error;
    if (!told) io.log(`${error.message}; waiting ${Math.ceil((until - Date.now()) / 1000)} s`);
    await sleep(Math.min(500, Math.max(1, until - Date.now())), undefined, { signal }).catch(() => {});
  }
}

function missingNow({ missing, ca }: Job['settings']['connection']): readonly string[] {
  return ca === undefined || existsSync(ca.file) ? missing : [...missing, ca.source];
}

function missingError(missing: readonly string[], namespace: string): MooringError {
  return new MooringError(
    'secret-missing',
    `how to reach the database is not known: there is no ${missing.join(', no ')}`,
    {
      hint:
        `kubectl get secrets${namespace === '' ? '' : ` -n ${namespace}`}\n` +
        'A Secret of the same application comes after the gate: make it a PreSync hook of an earlier wave, or set spec.gate: Sync.',
    },
  );
}
