import { type RehearsalEvent, tellEvent, titleOf } from '../../src/rehearsal/rehearsal.ts';

/** What of the day's events is worth a line; undefined for the rest. */
export function lineOf(event: RehearsalEvent): string | undefined {
  switch (event.type) {
    case 'pod-said':
      return /^(mooring \S+ \w+ of|applying) /.test(event.line) ? undefined : event.line;
    case 'rolled-out':
      return `${titleOf(event.deployment)} rolled out`;
    case 'rollout-stuck':
      return `${titleOf(event.deployment)}: ${event.message}`;
    case 'operation-started':
    case 'operation-ended':
      return tellEvent(event).replace(/-[0-9a-f]{10}\b/g, '');
    default:
      return undefined;
  }
}
