import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';

/** What a command of ours printed and how it ended. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line within this process, against a database by `MOORING_DATABASE_URL`. */
export async function mooring(url: string, ...argv: readonly string[]): Promise<Printed> {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    env: { MOORING_DATABASE_URL: url },
    signal: new AbortController().signal,
    isTerminal: false,
    now: () => new Date(),
    out: (text) => void out.push(text.trimEnd()),
    err: (text) => void err.push(text.trimEnd()),
  };
  const code = await run(argv, io);
  return { code, out: out.join('\n'), err: err.join('\n') };
}
