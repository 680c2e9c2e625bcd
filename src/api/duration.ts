import { MooringError } from './error.ts';

/** `2s`, `30m`, `500ms`, `1h`, or `0` for none. */
export const DURATION_PATTERN = '^(0|[0-9]{1,9}(ms|s|m|h))$';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** PostgreSQL keeps its timeouts in a 32-bit number of milliseconds: nearly 25 days. */
const LONGEST = 2_147_483_647;

export function isDuration(text: string): boolean {
  return milliseconds(text) !== undefined;
}

/** A duration as written, e.g. `2s`, in milliseconds; `0` is 0. Throws `usage` for anything else and for more than 24 days. */
export function parseDuration(text: string): number {
  const parsed = milliseconds(text);
  if (parsed === undefined) {
    throw new MooringError('usage', `"${text}" is no duration: expected a number with ms, s, m or h, or 0.`, {
      hint: 'Write for example 500ms, 2s, 30m or 1h.',
    });
  }
  return parsed;
}

function milliseconds(text: string): number | undefined {
  if (!new RegExp(DURATION_PATTERN).test(text)) return undefined;
  const unit = UNITS[text.replace(/^[0-9]+/, '')] ?? 1;
  const parsed = Number.parseInt(text, 10) * unit;
  return parsed <= LONGEST ? parsed : undefined;
}
