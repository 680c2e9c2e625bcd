import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { KindRules } from '../../rules.ts';
import { nameIn, sqlList, textOf } from './text.ts';

/** Views; one is put in place of another of the same name. */
export const views: KindRules = {
  weight: 70,
  create: (view) => ({ main: { sql: viewText(view, 'CREATE') }, parts: [] }),
  drop: (view) => [{ sql: `DROP VIEW ${nameIn(view)}` }],
  // What it selects from may change beneath it: the server looks names up anew. One that changes along with what is made
  // anew cannot stand before it, for its new text, nor after it, for its old one.
  alter: ({ after, changed, disturbed }) => {
    if (changed.size === 0) return { statements: [] };
    if (disturbed.some(({ how }) => how === 'again')) return undefined;
    return { statements: [{ sql: viewText(after, 'CREATE OR REPLACE') }] };
  },
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
