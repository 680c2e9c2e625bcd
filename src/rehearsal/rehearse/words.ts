import type { RehearsalEvent } from '../event.ts';

/** Lines for people: what the Jobs say, and where the application comes between them. */
export function wordsOf(event: RehearsalEvent): readonly string[] {
  switch (event.type) {
    case 'pod-said':
      return /^(mooring \S+ \w+ of|applying) /.test(event.line) ? [] : [event.line];
    case 'pod-waits':
      return [`${event.of.name} waits: ${event.message}`];
    case 'job-ended':
      // What its container said stands there already.
      return event.condition === 'Complete' || event.message.startsWith('Container ')
        ? []
        : [`${event.job.name}: ${event.message}`];
    case 'rolled-out':
      return ['application: rolled out'];
    case 'condition':
      return event.message === undefined ? [] : [`${event.condition}: ${event.message}`];
    default:
      return [];
  }
}
