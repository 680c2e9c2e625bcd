import { plainFamily } from './plain-family.ts';
import type { Family } from './reading.ts';

export const eventTriggers: Family = plainFamily('event trigger', () => ({
  kind: 'event trigger',
  name: 'quote_ident(x.evtname)',
  owner: 'x.evtowner',
  properties: {
    event: 'x.evtevent',
    function: 'x.evtfoid::regproc::text',
    // On ordinary sessions is the default.
    enabled: `CASE x.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END`,
  },
  json: {
    tags: `CASE WHEN x.evttags IS NOT NULL THEN (SELECT json_agg(tag ORDER BY tag COLLATE "C") FROM unnest(x.evttags) tag) END`,
  },
}));
