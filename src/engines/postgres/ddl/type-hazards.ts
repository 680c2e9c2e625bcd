import type { CatalogObject } from '../../../catalog/catalog.ts';
import type { Hazard } from '../../rules.ts';
import { widens } from '../types.ts';
import { hazard } from './hazards.ts';
import { textOf } from './text.ts';

/** What giving a column another type can do to its values and to traffic. */
export function typeHazards(before: CatalogObject, after: CatalogObject): readonly Hazard[] {
  const [from, to] = [textOf(before, 'type') ?? '', textOf(after, 'type') ?? ''];
  const words = `${from} → ${to}`;
  const sameBytes = from === to || (keepsBytes(from, to) && widens(from, to));
  return [
    ...(sameBytes
      ? [hazard('blocks-reads', after, 'ACCESS EXCLUSIVE, short')]
      : [
          hazard('table-rewrite', after, words),
          hazard('blocks-reads', after, 'ACCESS EXCLUSIVE while it is written'),
        ]),
    ...(widens(from, to) || to === 'text' ? [] : [lossOf(from, to, after, words)]),
  ];
}

/** Types whose values are stored alike (binary coercible in pg_cast, or the same with another limit). */
const ALIKE: readonly (readonly string[])[] = [
  ['text', 'character varying'],
  ['numeric'],
  ['bit varying'],
  ['cidr', 'inet'],
];

function keepsBytes(from: string, to: string): boolean {
  const [a, b] = [nameOf(from), nameOf(to)];
  if (a === 'numeric' && b === 'numeric') return scaleOf(from) === scaleOf(to) || scaleOf(to) === undefined;
  return ALIKE.some((family) => family.includes(a) && family.includes(b));
}

function nameOf(type: string): string {
  return type.replace(/\s*\([^()]*\)/, '');
}

function scaleOf(type: string): string | undefined {
  return /\(\d+,(\d+)\)/.exec(type)?.[1];
}

/** Casts between these round, or cut off, without a word. */
const ROUNDS: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'],
  [
    'date',
    'timestamp without time zone',
    'timestamp with time zone',
    'time without time zone',
    'time with time zone',
    'interval',
  ],
];

function lossOf(from: string, to: string, column: CatalogObject, words: string): Hazard {
  const [a, b] = [nameOf(from), nameOf(to)];
  const rounds =
    ROUNDS.some((family) => family.includes(a) && family.includes(b)) || (b === 'boolean' && a !== 'text');
  return rounds
    ? hazard(
        'data-loss',
        column,
        `${words}: what the new type cannot hold of a value is cut off, or the value is refused`,
      )
    : hazard('fails-on-rows', column, `${words}: values that are none of the new type`);
}
