import type { KindRules, PlanRules } from '../../rules.ts';
import { aggregates } from './aggregates.ts';
import { baseTypes, shellTypes } from './base-types.ts';
import { blank } from './blank.ts';
import { casts } from './casts.ts';
import { collations } from './collations.ts';
import { columns } from './columns.ts';
import { constraints } from './constraints.ts';
import { conversions } from './conversions.ts';
import { defaultPrivileges } from './default-privileges.ts';
import { eventTriggers } from './event-triggers.ts';
import { extensions } from './extensions.ts';
import { foreignDataWrappers, servers, userMappings } from './foreign-data.ts';
import { indexes } from './indexes.ts';
import { accessMethods, languages, transforms } from './languages.ts';
import { operatorClasses, operatorFamilies } from './operator-classes.ts';
import { operators } from './operators.ts';
import { policies } from './policies.ts';
import { publications } from './publications.ts';
import { ranges } from './ranges.ts';
import { rename } from './rename.ts';
import { rewriteRules } from './rewrite-rules.ts';
import { routines } from './routines.ts';
import { schemas } from './schemas.ts';
import { sequences } from './sequences.ts';
import { statistics } from './statistics.ts';
import { subscriptions } from './subscriptions.ts';
import { tables } from './tables.ts';
import {
  textSearchConfigurations,
  textSearchDictionaries,
  textSearchParsers,
  textSearchTemplates,
} from './text-search.ts';
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
  rule: rewriteRules,
  statistics,
  aggregate: aggregates,
  'range type': ranges,
  'base type': baseTypes,
  'shell type': shellTypes,
  cast: casts,
  collation: collations,
  conversion: conversions,
  operator: operators,
  'operator family': operatorFamilies,
  'operator class': operatorClasses,
  'text search parser': textSearchParsers,
  'text search template': textSearchTemplates,
  'text search dictionary': textSearchDictionaries,
  'text search configuration': textSearchConfigurations,
  language: languages,
  transform: transforms,
  'access method': accessMethods,
  'event trigger': eventTriggers,
  'foreign data wrapper': foreignDataWrappers,
  'foreign table': tables,
  server: servers,
  'user mapping': userMappings,
  publication: publications,
  subscription: subscriptions,
  'default privileges': defaultPrivileges,
};

export const rules: PlanRules = {
  kinds,
  blank,
  rename,
  ended: (sql) => `${sql};`,
  // Bodies may name what comes after them, or what only exists for callers.
  prologue: (concerned) =>
    concerned.has('function') || concerned.has('procedure') ? ['SET check_function_bodies = off'] : [],
};
