import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';
import type {} from './faults.ts';
import type {} from './hostile.ts';
import { SKIPPED } from './skip.ts';

/**
 * Prints what failed, shortly and once more, for whoever sees only the end of a log; why tests were skipped, each
 * reason once with its count; how many faults were injected, how many hostile repositories were tried; and
 * `N passed, N failed, N skipped` as the last line; also into the file MOORING_TEST_SUMMARY. A file that could not be read and an error outside of any test
 * count as a failure each.
 */
export default class ClosingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const cases = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => cases.filter((test) => stateOf(test) === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandled.length;
    const skipped = count('skipped');
    const lines = [
      ...failures(cases),
      ...modules
        .filter((module) => module.errors().length > 0)
        .map((module) =>
          `failed: ${module.relativeModuleId}: ${module.errors()[0]?.message ?? ''}`.slice(0, 400),
        ),
      ...unhandled.map(({ message }) => `failed outside of any test: ${message}`.slice(0, 400)),
      ...reasons(cases.filter((test) => stateOf(test) === 'skipped')),
      ...faults(cases),
      ...hostile(cases),
      `${count('passed')} passed, ${count('failed') + broken} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    ];
    const closing = `${lines.join('\n')}\n`;
    // After the other reporters' own summaries.
    setImmediate(() => process.stdout.write(closing));
    if (process.env.MOORING_TEST_SUMMARY) writeFileSync(process.env.MOORING_TEST_SUMMARY, closing);
  }
}

/** A test that never ended, because its process died, did not pass. */
function stateOf(test: TestCase): 'passed' | 'failed' | 'skipped' {
  const { state } = test.result();
  return state === 'pending' ? 'failed' : state;
}

function failures(cases: readonly TestCase[]): string[] {
  const [most, mostLines, mostText] = [5, 4, 400];
  return cases
    .filter((test) => stateOf(test) === 'failed')
    .slice(0, most)
    .flatMap((test) => [
      `failed: ${test.module.relativeModuleId}: ${test.fullName}`,
      ...(test.result().errors?.[0]?.message ?? 'it never ended')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .slice(0, mostLines)
        .map((line) => `  ${line.slice(0, mostText)}`),
    ]);
}

/** How often the runner was disturbed on purpose, and how often all was well in the end. */
function faults(cases: readonly TestCase[]): string[] {
  let [injected, right] = [0, 0];
  for (const test of cases) {
    injected += test.meta().faults?.injected ?? 0;
    right += test.meta().faults?.right ?? 0;
  }
  return injected === 0 ? [] : [`faults: ${injected} injected, ${right} ended right`];
}

function hostile(cases: readonly TestCase[]): string[] {
  return cases.flatMap((test) => {
    const { tried, refused } = test.meta().hostile ?? { tried: 0, refused: 0 };
    return tried === 0
      ? []
      : [`hostile repositories: ${refused} refused, ${tried - refused} harmless ones rendered`];
  });
}

function reasons(skipped: readonly TestCase[]): string[] {
  const counts = new Map<string, number>();
  for (const test of skipped) {
    const reason = reasonOf(test);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => `skipped ${count}: ${reason}`);
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  if (result.state === 'skipped' && result.note) return result.note;
  const group = test.fullName.split(SKIPPED)[1];
  return group?.split(' > ')[0] ?? `no reason given (${test.module.relativeModuleId}: ${test.fullName})`;
}
