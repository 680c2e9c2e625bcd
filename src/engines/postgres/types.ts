/** Ordered from narrow to wide: each holds every value of those before it. */
const LADDERS: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint', 'numeric'],
  ['real', 'double precision'],
  ['date', 'timestamp without time zone'],
  ['json', 'text'],
  ['inet', 'text'],
  ['uuid', 'text'],
];

/** Whether every value of a type, as format_type() spells it, is a value of another, unchanged. */
export function widens(from: string, to: string): boolean {
  if (from === to) return true;
  const [a, b] = [parse(from), parse(to)];
  if (a.name === 'character varying' || (a.name === 'text' && b.name === 'text')) {
    if (b.name === 'text') return true;
    return (
      b.name === 'character varying' &&
      (b.first === undefined || (a.first !== undefined && a.first <= b.first))
    );
  }
  if (a.name === 'text') return b.name === 'character varying' && b.first === undefined;
  if (a.name === 'numeric' && b.name === 'numeric') {
    if (b.first === undefined) return true;
    const [ap, as, bp, bs] = [a.first ?? Number.POSITIVE_INFINITY, a.second ?? 0, b.first, b.second ?? 0];
    return as <= bs && ap - as <= bp - bs;
  }
  if (a.name === b.name) return b.first === undefined || (a.first !== undefined && a.first <= b.first);
  return LADDERS.some((ladder) => {
    const [at, bt] = [ladder.indexOf(a.name), ladder.indexOf(b.name)];
    return at >= 0 && at <= bt && b.first === undefined;
  });
}

function parse(type: string): { readonly name: string; readonly first?: number; readonly second?: number } {
  const match = /^(.*?)\((\d+)(?:,(-?\d+))?\)(.*)$/.exec(type);
  if (match === null) return { name: type };
  const [, before = '', first, second, after = ''] = match;
  return {
    name: `${before}${after}`.trim(),
    first: Number(first),
    ...(second === undefined ? {} : { second: Number(second) }),
  };
}
