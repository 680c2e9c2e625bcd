import { aggregates } from './aggregates.ts';
import { baseTypes } from './base-types.ts';
import { casts } from './casts.ts';
import { collations } from './collations.ts';
import { columns } from './columns.ts';
import { constraints, notNulls } from './constraints.ts';
import { conversions } from './conversions.ts';
import { defaultPrivileges } from './default-privileges.ts';
import { eventTriggers } from './event-triggers.ts';
import { extensions } from './extensions.ts';
import { foreignDataWrappers, foreignTables, servers, userMappings } from './foreign-data.ts';
import { defaultClasses, indexes, indexTexts } from './indexes.ts';
import { accessMethods, languages, transforms } from './languages.ts';
import { operatorClasses, operatorFamilies } from './operator-classes.ts';
import { operators } from './operators.ts';
import { policies } from './policies.ts';
import { publications } from './publications.ts';
import { ranges } from './ranges.ts';
import type { Family } from './reading.ts';
import { routines } from './routines.ts';
import { rules } from './rules.ts';
import { sequences } from './sequences.ts';
import { statistics } from './statistics.ts';
import { subscriptions } from './subscriptions.ts';
import { inheritance, tables } from './tables.ts';
import {
  textSearchConfigurations,
  textSearchDictionaries,
  textSearchParsers,
  textSearchTemplates,
} from './text-search.ts';
import { triggers } from './triggers.ts';
import { types } from './types.ts';
import { views } from './views.ts';

/** All that is read, in an order in which a row finds what it belongs to. A new kind is a file and a line here. */
export const FAMILIES: readonly Family[] = [
  defaultClasses,
  extensions,
  types,
  baseTypes,
  ranges,
  tables,
  foreignTables,
  views,
  columns,
  sequences,
  constraints,
  notNulls,
  indexes,
  inheritance,
  routines,
  aggregates,
  triggers,
  rules,
  policies,
  statistics,
  collations,
  conversions,
  operators,
  operatorFamilies,
  operatorClasses,
  textSearchParsers,
  textSearchTemplates,
  textSearchDictionaries,
  textSearchConfigurations,
  casts,
  languages,
  transforms,
  accessMethods,
  eventTriggers,
  foreignDataWrappers,
  servers,
  userMappings,
  publications,
  subscriptions,
  defaultPrivileges,
  // Several places after the indexes: a query is made before the rows of the one before it are taken in.
  indexTexts,
];
