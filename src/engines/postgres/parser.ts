import type { Statement } from '../../sql/sql.ts';

/** A parse tree as libpg-query prints it: one key, the node's name, and its fields. */
export type Node = { readonly [field: string]: unknown };

type Parser = (sql: string) => { readonly stmts?: readonly { readonly stmt: Node }[] };

let loaded: Promise<Parser> | undefined;

/** Loads PostgreSQL's own parser (WASM, about 12 ms) when it is first needed. */
export function parser(): Promise<Parser> {
  loaded ??= import('libpg-query').then(async ({ loadModule, parseSync }) => {
    await loadModule();
    return parseSync as Parser;
  });
  return loaded;
}

/** A statement's node, or undefined where the parser knows less than the server may: newer syntax, or an error. */
export async function parse(
  statement: Pick<Statement, 'sql'>,
): Promise<{ readonly name: string; readonly node: Node } | undefined> {
  const parseSql = await parser();
  let first: Node | undefined;
  try {
    first = parseSql(statement.sql).stmts?.[0]?.stmt;
  } catch {
    return undefined;
  }
  const name = first === undefined ? undefined : Object.keys(first)[0];
  if (first === undefined || name === undefined) return undefined;
  return { name, node: first[name] as Node };
}

/** Members of a list field; none where it is absent. */
export function list(node: Node, field: string): readonly Node[] {
  return (node[field] as readonly Node[] | undefined) ?? [];
}

/** `{DefElem: {defname, arg}}` options by name. */
export function option(node: Node, field: string, name: string): Node | undefined {
  return list(node, field)
    .map((each) => each.DefElem as Node)
    .find((each) => String(each?.defname).toLowerCase() === name);
}

export function stringOf(node: unknown): string | undefined {
  return (node as { readonly String?: { readonly sval?: string } } | undefined)?.String?.sval;
}
