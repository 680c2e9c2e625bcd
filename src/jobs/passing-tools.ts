/** Names by which tools that change a schema while it is in use call what they need for it. It is theirs to take away. */
const TOOLS: readonly { readonly tool: string; readonly names: RegExp }[] = [
  { tool: 'gh-ost', names: /^_.+_(gho|ghc|del)$/ },
  { tool: 'pt-online-schema-change', names: /^(_.+_(new|old)|pt_osc_.+)$/ },
  { tool: 'pgroll', names: /^(_?pgroll.*|_pgroll_new_.+)$/ },
  { tool: 'pg_partman', names: /^(partman|part_config.*|.+_p\d{4,}(_\d+)*)$/ },
  { tool: 'pg_repack', names: /^(repack|repack_trigger|(table|log|index)_\d+)$/ },
  { tool: 'TimescaleDB', names: /^(_timescaledb_.+|_hyper_.+|_compressed_.+|ts_insert_blocker)$/ },
];

/** Whose an object is by its name, such as `table public._orders_gho`: the tool, or undefined. */
export function passingTool(object: string): string | undefined {
  const parts = object
    .split(/[ .()]/)
    .map((part) => part.replace(/^[`"]|[`"]$/g, ''))
    .filter((part) => part !== '');
  return TOOLS.find(({ names }) => parts.some((part) => names.test(part)))?.tool;
}
