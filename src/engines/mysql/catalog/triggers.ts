import type { Row } from '../wire.ts';
import { spelled } from './names.ts';
import { NOTHING, type Reading } from './reading.ts';
import { programOf } from './routines.ts';

/** A trigger; rows come in the order in which triggers of a table fire, and their order counts as rank. */
export function takeTrigger(row: Row, create: string, reading: Reading): void {
  const table = `table ${spelled(row.on_table ?? '')}`;
  const event = `${row.timing} ${row.event}`.toLowerCase();
  const added = reading.add({
    kind: 'trigger',
    identity: `${spelled(row.name ?? '')} on ${spelled(row.on_table ?? '')}`,
    parent: table,
    properties: { ...programOf(row, create), event },
    dependsOn: NOTHING,
  });
  if (added !== undefined) added.properties.rank = reading.nextRank(`trigger ${table}`);
}
