/** What a command may see of the process; given, so that a test can look at it. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly isTerminal: boolean;
  readonly now: () => Date;
  /** The result. */
  out(text: string): void;
  /** Everything else; ends with a line break. */
  err(line: string): void;
}

/** The process, with SIGINT and SIGTERM as a signal; the second one ends it at once. */
export function processIo(): Io {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    env: process.env,
    signal: controller.signal,
    isTerminal: process.stderr.isTTY === true,
    now: () => new Date(),
    out: (text) => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
  };
}
