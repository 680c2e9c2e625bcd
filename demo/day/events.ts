import { type RehearsalEvent, titleOf } from '../../src/rehearsal/rehearsal.ts';

type Role = 'gate' | 'prepare' | 'converge';

/** What a Job said in the end of its log, such as `prepare: undone 4`; empty if it did not run. */
export function lastWordsOf(role: Role, events: readonly RehearsalEvent[]): string {
  return events.flatMap((event) => (said(role, event) ? [event.line] : [])).at(-1) ?? '';
}

/** Whose turn came when: Jobs that changed the database, with what they did, and the application when it had rolled out. */
export function orderOf(events: readonly RehearsalEvent[]): string {
  return events
    .flatMap((event) => {
      if (event.type === 'rolled-out') return ['application'];
      const role = (['gate', 'prepare', 'converge'] as const).find((each) => said(each, event));
      const did =
        event.type === 'pod-said' ? /^\w+: (applied|undone) \d+(, \d+)*/.exec(event.line)?.[0] : undefined;
      return role === undefined || did === undefined ? [] : [did];
    })
    .join(' | ');
}

/** Did the operation of these events end well? */
export function succeeded(events: readonly RehearsalEvent[]): boolean {
  return events.some((event) => event.type === 'operation-ended' && event.phase === 'Succeeded');
}

/** What was out of sync at the end of these events. */
export function outOfSync(events: readonly RehearsalEvent[]): readonly string[] {
  const last = events.findLast((event) => event.type === 'sync-status');
  return last?.type === 'sync-status' ? last.outOfSync.map(titleOf) : [];
}

function said(role: Role, event: RehearsalEvent): event is Extract<RehearsalEvent, { type: 'pod-said' }> {
  return (
    event.type === 'pod-said' && event.of.name.includes(`-${role}`) && event.line.startsWith(`${role}: `)
  );
}
