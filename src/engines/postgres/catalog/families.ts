import { columns } from './columns.ts';
import { constraints, notNulls } from './constraints.ts';
import { extensions } from './extensions.ts';
import { defaultClasses, indexes, indexTexts } from './indexes.ts';
import { policies } from './policies.ts';
import type { Family } from './reading.ts';
import { routines } from './routines.ts';
import { sequences } from './sequences.ts';
import { inheritance, tables } from './tables.ts';
import { triggers } from './triggers.ts';
import { types } from './types.ts';
import { views } from './views.ts';

/** All that is read, in an order in which a row finds what it belongs to. A new kind is a file and a line here. */
export const FAMILIES: readonly Family[] = [
  defaultClasses,
  extensions,
  types,
  tables,
  views,
  columns,
  sequences,
  constraints,
  notNulls,
  indexes,
  inheritance,
  routines,
  triggers,
  policies,
  // Several places after the indexes: a query is made before the rows of the one before it are taken in.
  indexTexts,
];
