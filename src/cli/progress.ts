import type { Io } from './io.ts';

/**
 * Progress of a long run: what is being applied shows on a terminal only, on one line that is written over; what is
 * waited for is said anywhere.
 */
export function progressIo(io: Io): {
  readonly progress: (message: string) => void;
  readonly end: () => void;
} {
  let shown = false;
  return {
    progress: (message) => {
      const passing = message.startsWith('applying ');
      if (passing && !io.isTerminal) return;
      if (passing) process.stderr.write(`\r\x1b[2K${message}`);
      else io.err(`${shown ? '\r\x1b[2K' : ''}${message}`);
      shown = passing;
    },
    end: () => {
      if (shown) process.stderr.write('\r\x1b[2K');
    },
  };
}
