import type { Json } from '../../../catalog/catalog.ts';
import { spelled } from './names.ts';
import { NOTHING, put, type Reading } from './reading.ts';
import { listOf, nameIn, tokensOf } from './tokens.ts';

/** `CREATE ALGORITHM=… DEFINER=… SQL SECURITY … VIEW name [(columns)] AS select [WITH … CHECK OPTION]` as the server prints it. */
export function takeView(name: string, create: string, reading: Reading): void {
  const { definer, text } = withoutDefiner(create);
  const head = HEAD.exec(text);
  const properties: Record<string, Json> = {};
  if (head?.[1] !== 'UNDEFINED') put(properties, 'algorithm', head?.[1]?.toLowerCase());
  put(properties, 'definer', definer);
  if (head?.[2] === 'INVOKER') properties.security = 'invoker';
  const tokens = tokensOf(text, head?.[0].length ?? 0);
  const [, second] = tokens;
  if (second?.kind === 'group')
    properties.columns = listOf(second, text).map(([start, end]) =>
      spelled(nameIn(tokensOf(text, start, end)[0])),
    );
  const as = tokens[second?.kind === 'group' ? 2 : 1];
  const body = text.slice(as?.end ?? 0).trim();
  const option = CHECK_OPTION.exec(body);
  if (option !== null) properties.checkOption = option[1]?.toLowerCase() ?? '';
  properties.definition = option === null ? body : body.slice(0, option.index);
  reading.add({ kind: 'view', identity: spelled(name), properties, dependsOn: NOTHING });
}

const HEAD = /^CREATE (?:ALGORITHM=(\w+) )?(?:SQL SECURITY (\w+) )?VIEW /;
const CHECK_OPTION = / WITH (CASCADED|LOCAL) CHECK OPTION$/;

/** Who it runs as, `user@host` as the server prints it, and the text without the clause. */
export function withoutDefiner(create: string): { readonly definer?: string; readonly text: string } {
  const found = DEFINER.exec(create);
  if (found === null) return { text: create };
  return {
    definer: found[1] ?? '',
    text: create.slice(0, found.index) + create.slice(found.index + found[0].length),
  };
}

/** Before any word of the body. */
const DEFINER = /(?<=^CREATE (?:ALGORITHM=\w+ )?)DEFINER=(`(?:[^`]|``)*`(?:@`(?:[^`]|``)*`)?) ?/;
