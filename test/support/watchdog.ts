import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Runs `script` (sh) when this process ends, however it ends: its standard input is a pipe from us, so it reads
 * an end of file even when we are killed with SIGKILL. In a session of its own, so that Ctrl-C does not end it first.
 */
export function startWatchdog(script: string, args: readonly string[]): { release(): void } {
  const child: ChildProcess = spawn('sh', ['-c', `cat >/dev/null; ${script}`, 'watchdog', ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return {
    /** Nothing is left to clean up. */
    release: () => void child.kill('SIGKILL'),
  };
}
