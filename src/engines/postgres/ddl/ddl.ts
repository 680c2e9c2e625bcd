import type { KindRules, PlanRules } from '../../rules.ts';
import { columns } from './columns.ts';
import { constraints } from './constraints.ts';
import { extensions } from './extensions.ts';
import { indexes } from './indexes.ts';
import { policies } from './policies.ts';
import { routines } from './routines.ts';
import { schemas } from './schemas.ts';
import { sequences } from './sequences.ts';
import { tables } from './tables.ts';
import { triggers } from './triggers.ts';
import { compositeTypes, domains, enums } from './types.ts';
import { materializedViews, views } from './views.ts';

/** How each kind of object is made, dropped and changed. A new kind is a file and a line here. */
const kinds: Readonly<Record<string, KindRules>> = {
  schema: schemas,
  extension: extensions,
  enum: enums,
  domain: domains,
  'composite type': compositeTypes,
  sequence: sequences,
  table: tables,
  column: columns,
  constraint: constraints,
  index: indexes,
  function: routines,
  procedure: routines,
  view: views,
  'materialized view': materializedViews,
  trigger: triggers,
  policy: policies,
};

export const rules: PlanRules = {
  kinds,
  // Bodies may name what comes after them, or what only exists for callers.
  prologue: (concerned) =>
    concerned.has('function') || concerned.has('procedure') ? ['SET check_function_bodies = off'] : [],
};
