import { describe, type SuiteAPI, type TestAPI, test } from 'vitest';

/** Stands between a group's name and the reason why it is skipped; the closing reporter reads it from there. */
export const SKIPPED = ' — skipped: ';

/** `test` where the condition holds; else tests that are counted as skipped, with the reason in the closing summary. */
export function testIf(condition: boolean, reason: string): TestAPI {
  return condition ? test : skipAloud(reason);
}

/** As `testIf`, for a group with its hooks; each test in it is counted. */
export function describeIf(condition: boolean, reason: string): (name: string, body: () => void) => void {
  if (condition) return (name, body) => void (describe as SuiteAPI)(name, body);
  return (name, body) => void describe.skip(`${name}${SKIPPED}${reason}`, body);
}

/** A `test` of which every one is skipped for that reason; what would run is not looked at. */
export function skipAloud(reason: string): TestAPI {
  const skipped = (name: string): void => test(name, ({ skip }) => skip(reason));
  const each = (cases: readonly unknown[]) => (name: string) => {
    for (const one of cases) skipped(name.replace('%s', String(one)));
  };
  return Object.assign(skipped, { each, for: each }) as unknown as TestAPI;
}
