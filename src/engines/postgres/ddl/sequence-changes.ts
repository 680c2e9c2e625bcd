import type { Json } from '../../../catalog/catalog.ts';
import type { Draft } from '../../rules.ts';

type Sequence = Readonly<Record<string, Json>>;

/** Statements between two states of a sequence; `alter` makes one of what follows its name. With identities each option is SET. */
export function sequenceChanges(
  before: Sequence,
  after: Sequence,
  alter: (what: string) => string,
): readonly Draft[] {
  const changes: string[] = [];
  const differs = (name: string): boolean => before[name] !== after[name];
  // With its type go the limits that follow from the type.
  const [was, is] = [limits(before), limits(after)];
  const follows = differs('type') && was !== undefined && is !== undefined;
  if (differs('increment')) changes.push(`SET INCREMENT BY ${after.increment}`);
  if (differs('min') && !follows) changes.push(`SET MINVALUE ${after.min}`);
  if (differs('max') && !follows) changes.push(`SET MAXVALUE ${after.max}`);
  if (differs('start')) changes.push(`SET START WITH ${after.start}`);
  if (differs('cache')) changes.push(`SET CACHE ${after.cache}`);
  if (isElsewhere(before, after)) changes.push('RESTART');
  if (differs('cycle')) changes.push(`SET ${after.cycle === true ? '' : 'NO '}CYCLE`);
  const drafts: Draft[] = changes.length === 0 ? [] : [{ sql: alter(changes.join(' ')) }];
  if (differs('name') && typeof before.name === 'string' && typeof after.name === 'string')
    drafts.push({ sql: `ALTER SEQUENCE ${before.name} RENAME TO ${after.name.split('.').at(-1)}` });
  return drafts;
}

/** Where it stands cannot be within limits that have nothing in common with the old ones. */
function isElsewhere(before: Sequence, after: Sequence): boolean {
  return (
    BigInt(String(after.min)) > BigInt(String(before.max)) ||
    BigInt(String(after.max)) < BigInt(String(before.min))
  );
}

/** Where it begins, and may stand, is beyond the new limits, which have something in common with the old ones. */
export function isNarrower(before: Sequence, after: Sequence): boolean {
  const start = BigInt(String(before.start));
  const isBeyond = start < BigInt(String(after.min)) || start > BigInt(String(after.max));
  return isBeyond && !isElsewhere(before, after);
}

const HIGHEST: Readonly<Record<string, string>> = {
  smallint: '32767',
  integer: '2147483647',
  bigint: '9223372036854775807',
};

/** Its type where both limits are the type's own. */
function limits({ type, min, max, increment }: Sequence): string | undefined {
  const highest = HIGHEST[String(type)];
  if (highest === undefined) return undefined;
  const rising = Number(increment) > 0;
  const own = rising ? max === highest && min === '1' : max === '-1' && min === `-${BigInt(highest) + 1n}`;
  return own ? String(type) : undefined;
}
