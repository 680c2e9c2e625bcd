import { titleOf } from './cluster/object.ts';
import type { ApplicationHappening, ClusterHappening, RehearsalEvent } from './event.ts';

/** An event as one line of plain text, without its time. */
export function tellEvent(event: RehearsalEvent): string {
  return 'app' in event ? tellOfApplication(event) : tellOfCluster(event);
}

function tellOfCluster(event: ClusterHappening): string {
  switch (event.type) {
    case 'written':
      return `${titleOf(event.object)} ${event.what} by ${event.by}`;
    case 'changed': {
      const fields = event.fields.map(
        ({ path, value }) => `${path.join('.')}${value === undefined ? ' gone' : ` = ${value}`}`,
      );
      return `${titleOf(event.object)} changed by ${event.by}: ${fields.join(', ')}`;
    }
    case 'pod-started':
      return `pod of ${titleOf(event.of)} started`;
    case 'pod-waits':
      return `pod of ${titleOf(event.of)} waits: ${event.reason}: ${event.message}`;
    case 'pod-said':
      return `pod of ${titleOf(event.of)} says: ${event.line}`;
    case 'pod-signalled':
      return `pod of ${titleOf(event.of)} gets ${event.signal}`;
    case 'pod-ended':
      return `pod of ${titleOf(event.of)} ended: ${event.exitCode}${after(event.message)}`;
    case 'job-ended':
      return `${titleOf(event.job)} is ${event.condition}${after(event.message)}`;
    case 'rolled-out':
      return `${titleOf(event.deployment)} rolled out`;
    case 'rollout-stuck':
      return `${titleOf(event.deployment)} does not roll out${after(event.message)}`;
    case 'reported':
      return `event ${event.level} ${event.reason} of ${titleOf(event.object)}${after(event.message)}`;
  }
}

function tellOfApplication(event: ApplicationHappening): string {
  switch (event.type) {
    case 'committed':
      return `git: ${event.source === '' ? '' : `${event.source} `}is at ${event.revision}`;
    case 'operation-started': {
      const only = event.only.length === 0 ? '' : ` only ${event.only.map(titleOf).join(', ')}`;
      const entry = event.entry === undefined ? '' : ` (history ${event.entry})`;
      return `operation started: ${event.why} to ${event.revision}${entry}${only}${event.hooks ? '' : ', without hooks'}`;
    }
    case 'operation-message':
      return `operation: ${event.message}`;
    case 'operation-retries':
      return `operation failed, goes on in ${event.inSeconds} s: ${event.message}`;
    case 'operation-ended':
      return `operation ended: ${event.phase}${after(event.message)}`;
    case 'object': {
      const words: readonly string[] = ['refused', 'failed', 'not pruned', 'skipped'];
      const message = words.includes(event.outcome) ? after(event.message) : '';
      return `${event.phase} ${event.wave}: ${event.hook ? 'hook ' : ''}${titleOf(event.object)} ${event.outcome}${message}`;
    }
    case 'hook-deleted':
      return `hook ${titleOf(event.object)} deleted: ${event.why}`;
    case 'sync-status': {
      const objects = event.outOfSync.map(titleOf).sort();
      return `app is ${event.status}${objects.length === 0 ? '' : `: ${objects.join(', ')}`}`;
    }
    case 'health': {
      const because = event.because.map(
        ({ object, message }) => `${titleOf(object)}${message === '' ? '' : ` (${message})`}`,
      );
      return `health is ${event.status}${because.length === 0 ? '' : `: ${because.sort().join(', ')}`}`;
    }
    case 'condition':
      return `condition ${event.condition}${event.message === undefined ? ' gone' : after(event.message)}`;
    case 'history':
      return `history ${event.entry}: ${event.revision}`;
  }
}

function after(message: string): string {
  return message === '' ? '' : `: ${message}`;
}
