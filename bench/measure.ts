import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Measure } from './line.ts';

const run = promisify(execFile);

/** Milliseconds that a task takes; what is to be done before and after it is not counted. */
export type Timed = () => Promise<number>;

/** Milliseconds until the promise is kept. */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * Runs the tasks in turn, so that what else the machine does meets all of them alike, and so many times.
 * The median of each, in milliseconds.
 */
export async function alternate<Name extends string>(
  times: number,
  tasks: Readonly<Record<Name, Timed>>,
): Promise<Readonly<Record<Name, Measure>>> {
  const names = Object.keys(tasks) as Name[];
  const taken = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let n = 0; n < times; n += 1) {
    // Every other round backwards: nobody always comes after the same.
    for (const name of n % 2 === 0 ? names : names.toReversed()) taken.get(name)?.push(await tasks[name]());
  }
  return Object.fromEntries(names.map((name) => [name, median(taken.get(name) ?? [], 'ms')])) as Record<
    Name,
    Measure
  >;
}

export function median(values: readonly number[], unit: Measure['unit']): Measure {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return { value: middle, unit, range: [sorted[0] ?? Number.NaN, sorted.at(-1) ?? Number.NaN] };
}

/** A program's standard output and error. Throws with its error output if it does not end well. */
export async function call(
  file: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return run(file, [...args], { maxBuffer: 1 << 30, ...options });
}

// As text, so that nothing else is loaded into the process that is measured. Kilobytes on Linux and on macOS.
const TELL_PEAK = `data:text/javascript,${encodeURIComponent(
  'process.on("exit",()=>process.stderr.write("\\npeak "+process.resourceUsage().maxRSS+"\\n"))',
)}`;

/** A Node program with its peak of resident memory, MiB, and its milliseconds; `well`: other exit codes of a good end. */
export async function callNode(
  args: readonly string[],
  well: readonly number[] = [],
): Promise<{ readonly ms: number; readonly peak: number; readonly stdout: string }> {
  const started = performance.now();
  const { stdout, stderr } = await call(process.execPath, ['--import', TELL_PEAK, ...args]).catch(
    (error: { readonly code?: unknown; readonly stdout: string; readonly stderr: string }) => {
      if (well.some((code) => code === error.code)) return error;
      throw error;
    },
  );
  const ms = performance.now() - started;
  return { ms, stdout, peak: Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024 };
}
