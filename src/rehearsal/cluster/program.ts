import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { execa } from 'execa';
import type { Clock, Timer } from '../clock.ts';

/** What a container runs here, where there is neither image nor container: a process of this machine. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** Beside what the pod's manifest sets, or, as undefined, not set after all. Nothing else is passed on. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

export interface Listener {
  line(text: string): void;
  ended(exitCode: number): void;
}

export interface Running {
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/**
 * Starts a process. The clock stands while it runs. A program that knows of the clock lets time pass: it writes
 * `sleep SECONDS` as a line to descriptor 3 and reads a line from there, which comes when they are over;
 * `REHEARSAL_CLOCK` in its environment says that it is open. Signalled while it sleeps it must write another such line,
 * or end.
 */
export function startProgram(program: Program, clock: Clock, listener: Listener): Running {
  let release = clock.hold();
  let timer: Timer | undefined;
  let lines: string[] = [];
  // What a process says is told when it pauses: the order of its pipes and its requests is not known before.
  const flush = () => {
    for (const line of lines.splice(0)) listener.line(line);
  };
  const child = execa(program.file, [...program.args], {
    ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
    env: { ...program.env, REHEARSAL_CLOCK: '1' },
    extendEnv: false,
    reject: false,
    buffer: false,
    stripFinalNewline: false,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    all: true,
  });
  // Node makes it a socket: it goes both ways.
  const line = child.stdio[3] as unknown as Duplex | undefined;
  line?.on('error', () => {});
  const asks = (async () => {
    for await (const request of child.iterable({ from: 'fd3' })) {
      const seconds = /^sleep (\d+(?:\.\d+)?)$/.exec(String(request))?.[1];
      if (seconds === undefined) continue;
      timer?.cancel();
      await turn();
      await turn();
      flush();
      timer = clock.after(Number(seconds) * 1000, () => {
        release = clock.hold();
        line?.write('\n');
      });
      release();
    }
  })();
  const says = (async () => {
    for await (const line of child.iterable({ from: 'all' })) lines.push(String(line));
  })();
  const end = async () => {
    const result = await child;
    await Promise.allSettled([asks, says]);
    timer?.cancel();
    if (result.exitCode === undefined && result.signal === undefined) lines = [result.shortMessage ?? ''];
    flush();
    const code =
      result.exitCode ?? (result.signal === undefined ? 128 : 128 + constants.signals[result.signal]);
    listener.ended(code);
    release();
  };
  void end();
  return {
    signal: (signal) => {
      // It is awake again, until it says otherwise.
      release();
      release = clock.hold();
      timer?.cancel();
      child.kill(signal);
      // What it left behind waits there for a line that does not come any more.
      if (signal === 'SIGKILL') line?.destroy();
    },
  };
}
