import type { PlanRules } from '../../rules.ts';
import type { Flavor } from '../flavor.ts';
import { columns } from './columns.ts';
import { constraints } from './constraints.ts';
import { database } from './database.ts';
import { accounts, grants } from './grants.ts';
import { indexes } from './indexes.ts';
import { programs } from './programs.ts';
import { rename } from './rename.ts';
import { sequences } from './sequences.ts';
import { tables } from './tables.ts';
import { views } from './views.ts';
import { withZeroDates } from './zero-dates.ts';

/** How each kind of object is made, dropped and changed on a server of that flavour. A new kind is a file and a line here. */
export function rulesOf(flavor: Flavor): PlanRules {
  return {
    kinds: {
      database,
      sequence: sequences,
      table: withZeroDates(tables(flavor), flavor),
      column: columns,
      index: indexes(flavor),
      constraint: withZeroDates(constraints(flavor), flavor),
      function: programs(flavor, 30),
      procedure: programs(flavor, 31),
      package: programs(flavor, 28),
      'package body': programs(flavor, 29),
      view: views,
      trigger: programs(flavor, 80),
      event: programs(flavor, 90),
      grant: grants,
      account: accounts,
    },
    rename: rename(flavor),
    // New databases have defaults too, but which is the server's business.
    blank: () => [],
    ended,
    // Texts are written for these, and times read in UTC; programs of other modes and zones say so.
    prologue: () => [`SET SESSION sql_mode = '${flavor.sqlMode}', time_zone = '+00:00'`],
  };
}

/** A body with semicolons goes between two DELIMITER lines, with a delimiter that it does not hold. */
function ended(sql: string): string {
  if (!sql.includes(';')) return `${sql};`;
  const delimiter = ['//', '$$', ';;', '//$$'].find((sign) => !sql.includes(sign)) ?? '//end//';
  return `DELIMITER ${delimiter}\n${sql}${delimiter}\nDELIMITER ;`;
}
