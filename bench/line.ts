/** One thing that was measured, beside what it is compared with. */
export interface Line {
  readonly name: string;
  /** What was done, by us and by the other, in a sentence. */
  readonly did: string;
  readonly ours: Measure;
  /** Measured in the same run. */
  readonly other?: Measure & { readonly name: string };
  readonly limit?: Limit;
  /** Why there is nothing to show: the line is then for information, and no limit is missed. */
  readonly leftOut?: string;
}

export interface Measure {
  readonly value: number;
  readonly unit: Unit;
  /** Smallest and largest of the runs. */
  readonly range?: readonly [number, number];
}

export type Unit = 'ms' | 's' | 'MiB' | 'MB/s' | 'ms/table';

/** `times`: ours ÷ other at most so much; `value`: ours at most so much. */
export interface Limit {
  readonly kind: 'times' | 'value';
  readonly most: number;
}

/** What the limit is held against: the ratio, or our own value. Undefined without a limit. */
export function judged({ ours, other, limit }: Line): number | undefined {
  if (limit === undefined) return undefined;
  return limit.kind === 'value' ? ours.value : ours.value / (other?.value ?? Number.NaN);
}

/** A line without a limit misses none. */
export function holds(line: Line): boolean {
  const value = judged(line);
  return line.limit === undefined || (value !== undefined && value <= line.limit.most);
}

export function ratio({ ours, other }: Line): number | undefined {
  return other === undefined || other.unit !== ours.unit ? undefined : ours.value / other.value;
}
