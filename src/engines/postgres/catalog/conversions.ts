import { flag, plainFamily } from './plain-family.ts';
import type { Family } from './reading.ts';

export const conversions: Family = plainFamily('conversion', () => ({
  kind: 'conversion',
  schema: 'x.connamespace',
  name: 'quote_ident(x.conname)',
  owner: 'x.conowner',
  properties: {
    from: 'pg_encoding_to_char(x.conforencoding)',
    to: 'pg_encoding_to_char(x.contoencoding)',
    function: 'x.conproc::text',
  },
  json: { default: flag('x.condefault') },
}));
