import { writeSync } from 'node:fs';

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
  return {
    env: process.env,
    signal: controller.signal,
    get isTerminal() {
      return process.stderr.isTTY === true;
    },
    now: () => new Date(),
    out: (text) => writeAll(1, text.endsWith('\n') ? text : `${text}\n`),
    err: (line) => writeAll(2, `${line}\n`),
  };
}

/**
 * Right to the descriptor: the streams of Node take as long to load as to read a schema directory. A reader that has
 * gone is no fault; where one is slow and its pipe does not block, a stream goes on from there.
 */
function writeAll(descriptor: 1 | 2, text: string): void {
  let written = 0;
  try {
    if (!streaming.has(descriptor)) written = writeSync(descriptor, text);
    while (!streaming.has(descriptor) && written < Buffer.byteLength(text)) {
      written += writeSync(descriptor, Buffer.from(text), written);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EPIPE') return;
    if (code !== 'EAGAIN') throw error;
    goOnByStream(descriptor);
  }
  if (streaming.has(descriptor)) streamOf(descriptor).write(Buffer.from(text).subarray(written));
}

/** Those that have gone over to a stream, and stay with it so that everything comes in order. */
const streaming = new Set<1 | 2>();

function goOnByStream(descriptor: 1 | 2): void {
  streaming.add(descriptor);
  streamOf(descriptor).on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

function streamOf(descriptor: 1 | 2): NodeJS.WriteStream {
  return descriptor === 1 ? process.stdout : process.stderr;
}
