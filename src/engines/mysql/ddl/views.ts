import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { KindRules } from '../../rules.ts';
import { nameIn, sqlList, textOf } from './text.ts';

/** Views; one is put in place of another of the same name. */
export const views: KindRules = {
  weight: 70,
  create: (view) => ({ main: { sql: viewText(view, 'CREATE') }, parts: [] }),
  drop: (view) => [{ sql: `DROP VIEW ${nameIn(view)}` }],
  // What it selects from may change beneath it: the server looks names up anew.
  alter: ({ after, changed, disturbed }) =>
    changed.size === 0 && disturbed.length === 0
      ? { statements: [] }
      : { statements: changed.size === 0 ? [] : [{ sql: viewText(after, 'CREATE OR REPLACE') }] },
  names: ({ identity }) => [`relation ${identity}`],
};

function viewText(view: CatalogObject, verb: string): string {
  const { properties } = view;
  const words = [
    verb,
    properties.algorithm === undefined ? '' : `ALGORITHM=${String(properties.algorithm).toUpperCase()}`,
    properties.definer === undefined ? '' : `DEFINER=${properties.definer}`,
    properties.security === 'invoker' ? 'SQL SECURITY INVOKER' : '',
    'VIEW',
    nameIn(view),
    properties.columns === undefined ? '' : `(${sqlList(properties.columns)})`,
    'AS',
    textOf(view, 'definition') ?? '',
    properties.checkOption === undefined
      ? ''
      : `WITH ${String(properties.checkOption).toUpperCase()} CHECK OPTION`,
  ];
  return words.filter((word) => word !== '').join(' ');
}
