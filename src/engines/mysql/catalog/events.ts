import type { Row } from '../wire.ts';
import { spelled } from './names.ts';
import { NOTHING, type Reading } from './reading.ts';
import { programOf } from './routines.ts';

/**
 * An event. One that was not told when to begin begins when it was made: that time is no property of it. Those that run
 * once and then vanish by themselves are not read (unmodelled.ts).
 */
export function takeEvent(row: Row, create: string, reading: Reading): void {
  const { source, ...properties } = programOf(row, create);
  const text = withoutItsBirth(row, String(source));
  reading.add({
    kind: 'event',
    identity: spelled(row.name ?? ''),
    properties: {
      ...properties,
      source: text,
      ...(row.zone === 'SYSTEM' ? {} : { timeZone: row.zone ?? '' }),
    },
    dependsOn: NOTHING,
  });
}

/** The server tells when it begins, although it was not told to: when it was made, which is no property of it. */
export function withoutItsBirth(row: Row, text: string): string {
  return row.implicit === '1' ? text.replace(STARTS, '') : text;
}

/** The first one stands in the schedule, before any text of the user's. */
const STARTS = / STARTS '[^']*'/;
