/** Whether every value of a column type, as SHOW CREATE spells it, is a value of another, unchanged. */
export function widens(from: string, to: string): boolean {
  if (from === to) return true;
  const [a, b] = [parse(from), parse(to)];
  const whole = INTEGERS[a.name];
  if (whole !== undefined) return integerFits(a, whole, b);
  if (a.name === 'decimal' && b.name === 'decimal') return decimalFits(a, b);
  if (a.name === 'enum') {
    if (b.name === 'enum') return a.labels.every((label) => b.labels.includes(label));
    const longest = Math.max(0, ...a.labels.map((label) => [...label].length));
    return textRoom(b) !== undefined && b.name !== 'char' && longest <= (textRoom(b)?.characters ?? 0);
  }
  if (a.name === 'set') return b.name === 'set' && a.labels.every((label) => b.labels.includes(label));
  const [text, room] = [textRoom(a), textRoom(b)];
  // CHAR takes away the spaces at the end.
  if (text !== undefined && room !== undefined) {
    if (b.name === 'char' && a.name !== 'char') return false;
    return text.characters <= room.characters && text.bytes <= room.bytes;
  }
  const [bytes, space] = [byteRoom(a), byteRoom(b)];
  // BINARY fills up with zero bytes.
  if (bytes !== undefined && space !== undefined) return b.name !== 'binary' && bytes <= space;
  if (a.name === 'float') return b.name === 'double' && b.first === undefined && (!b.unsigned || a.unsigned);
  if (a.name !== b.name || !GROWING.has(a.name)) return false;
  return (a.first ?? 0) <= (b.first ?? 0);
}

interface Type {
  readonly name: string;
  readonly first?: number;
  readonly second?: number;
  readonly unsigned: boolean;
  readonly labels: readonly string[];
}

/** Bytes. */
const INTEGERS: Readonly<Record<string, number>> = {
  tinyint: 1,
  smallint: 2,
  mediumint: 3,
  int: 4,
  bigint: 8,
};

/** Types whose number in parentheses says how much of the same they hold: bits, fractions of a second. */
const GROWING = new Set(['bit', 'datetime', 'timestamp', 'time']);

/** Bytes of the types without a length, but for a byte or more that the server takes for itself. */
const TEXTS: Readonly<Record<string, number>> = {
  tinytext: 2 ** 8 - 1,
  text: 2 ** 16 - 1,
  mediumtext: 2 ** 24 - 1,
  longtext: 2 ** 32 - 1,
};

function parse(type: string): Type {
  const [, name = '', args = '', rest = ''] = /^(\w+)(?:\((.*)\))?(.*)$/s.exec(type) ?? [];
  const labels = [...args.matchAll(/'((?:[^'\\]|\\.|'')*)'/gs)].map(([, label]) => label ?? '');
  const [first, second] = labels.length > 0 ? [] : args.split(',').filter((arg) => arg !== '');
  return {
    name: name.toLowerCase(),
    labels,
    unsigned: rest.includes('unsigned'),
    ...(first === undefined ? {} : { first: Number(first) }),
    ...(second === undefined ? {} : { second: Number(second) }),
  };
}

function integerFits(a: Type, bytes: number, b: Type): boolean {
  if (b.unsigned && !a.unsigned) return false;
  const room = INTEGERS[b.name];
  if (room !== undefined) return a.unsigned && !b.unsigned ? room > bytes : room >= bytes;
  if (b.name !== 'decimal') return false;
  const digits = String(2n ** BigInt(bytes * 8 - (a.unsigned ? 0 : 1))).length;
  return (b.first ?? 10) - (b.second ?? 0) >= digits;
}

function decimalFits(a: Type, b: Type): boolean {
  const [ap, as, bp, bs] = [a.first ?? 10, a.second ?? 0, b.first ?? 10, b.second ?? 0];
  return as <= bs && ap - as <= bp - bs && (!b.unsigned || a.unsigned);
}

/** What a type of text holds at least (`to`) and at most (`from`): characters, and bytes of four a character. */
function textRoom({
  name,
  first,
}: Type): { readonly characters: number; readonly bytes: number } | undefined {
  if (name === 'char' || name === 'varchar') return { characters: first ?? 1, bytes: (first ?? 1) * 4 };
  const bytes = TEXTS[name];
  return bytes === undefined ? undefined : { characters: bytes, bytes };
}

function byteRoom({ name, first }: Type): number | undefined {
  if (name === 'binary' || name === 'varbinary') return first ?? 1;
  return name.endsWith('blob') ? TEXTS[name.replace('blob', 'text')] : undefined;
}
