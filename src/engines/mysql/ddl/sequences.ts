import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { KindRules } from '../../rules.ts';
import { nameIn } from './text.ts';

/** Sequences (MariaDB). Their value is not theirs to plan. */
export const sequences: KindRules = {
  weight: 20,
  create: (sequence) => ({
    main: { sql: `CREATE SEQUENCE ${nameIn(sequence)}${words(sequence)}` },
    parts: [],
  }),
  drop: (sequence) => [{ sql: `DROP SEQUENCE ${nameIn(sequence)}` }],
  alter: ({ after, changed }) => {
    if (changed.has('options') || changed.has('engine')) return undefined;
    return {
      statements:
        changed.size === 0 ? [] : [{ sql: `ALTER SEQUENCE ${nameIn(after)}${words(after, false)}` }],
    };
  },
  names: ({ identity }) => [`relation ${identity}`],
};

function words({ properties }: CatalogObject, withEngine = true): string {
  const said = (name: string, word: string): string =>
    properties[name] === undefined ? '' : ` ${word} ${properties[name]}`;
  return [
    said('type', 'AS'),
    said('start', 'START WITH'),
    said('min', 'MINVALUE'),
    said('max', 'MAXVALUE'),
    said('increment', 'INCREMENT BY'),
    properties.cache === undefined ? ' NOCACHE' : said('cache', 'CACHE'),
    properties.cycle === true ? ' CYCLE' : ' NOCYCLE',
    withEngine && properties.engine !== undefined ? ` ENGINE=${properties.engine}` : '',
    said('options', ''),
  ].join('');
}
