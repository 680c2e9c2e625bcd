import { plainFamily, routineName } from './plain-family.ts';
import type { Family } from './reading.ts';

export const textSearchParsers: Family = plainFamily('text search parser', () => ({
  kind: 'text search parser',
  schema: 'x.prsnamespace',
  name: 'quote_ident(x.prsname)',
  properties: {
    start: 'x.prsstart::text',
    getToken: 'x.prstoken::text',
    end: 'x.prsend::text',
    headline: routineName('x.prsheadline::oid'),
    lexTypes: 'x.prslextype::text',
  },
}));

export const textSearchTemplates: Family = plainFamily('text search template', () => ({
  kind: 'text search template',
  schema: 'x.tmplnamespace',
  name: 'quote_ident(x.tmplname)',
  properties: { init: routineName('x.tmplinit::oid'), lexize: 'x.tmpllexize::text' },
}));

export const textSearchDictionaries: Family = plainFamily('text search dictionary', () => ({
  kind: 'text search dictionary',
  join: 'JOIN pg_ts_template t ON t.oid = x.dicttemplate JOIN pg_namespace tn ON tn.oid = t.tmplnamespace',
  schema: 'x.dictnamespace',
  name: 'quote_ident(x.dictname)',
  owner: 'x.dictowner',
  properties: {
    template: `quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname)`,
    options: 'x.dictinitoption',
  },
}));

/** Configurations with the dictionaries that each type of token is looked up in, in their order. */
export const textSearchConfigurations: Family = plainFamily('text search configuration', () => ({
  kind: 'text search configuration',
  join: 'JOIN pg_ts_parser p ON p.oid = x.cfgparser JOIN pg_namespace pn ON pn.oid = p.prsnamespace',
  schema: 'x.cfgnamespace',
  name: 'quote_ident(x.cfgname)',
  owner: 'x.cfgowner',
  properties: { parser: `quote_ident(pn.nspname) || '.' || quote_ident(p.prsname)` },
  json: {
    mappings: `(SELECT json_object_agg(t.alias, m.dictionaries ORDER BY t.alias COLLATE "C") FROM (
      SELECT maptokentype, json_agg(mapdict::regdictionary::text ORDER BY mapseqno) AS dictionaries FROM pg_ts_config_map WHERE mapcfg = x.oid GROUP BY maptokentype) m
      JOIN ts_token_type(x.cfgparser) t ON t.tokid = m.maptokentype)`,
  },
}));
