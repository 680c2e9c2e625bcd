import { EXIT, type ExitCode } from '../../api/api.ts';
import { lastResort, runJob } from '../../jobs/jobs.ts';
import type { Command } from '../command.ts';
import type { Io } from '../io.ts';

const EXITS = '0 done or nothing to do, 2 failed, 3 refused, held or superseded, 75 try again later';

export const gate: Command = {
  name: 'gate',
  summary: "a Job's entry point: applies what is pending before a rollout",
  args: [],
  options: [],
  exits: EXITS,
  run: (_, io) => run('gate', io),
};

export const prepare: Command = {
  name: 'prepare',
  summary: "a Job's entry point: the gate of syncs without hooks, and the way back that cannot wait",
  args: [],
  options: [],
  exits: EXITS,
  run: (_, io) => run('prepare', io),
};

export const converge: Command = {
  name: 'converge',
  summary: "a Job's entry point: contract migrations, or the rest of the way back, after a rollout",
  args: [],
  options: [],
  exits: EXITS,
  run: (_, io) => run('converge', io),
};

export const check: Command = {
  name: 'check',
  summary: "a Job's entry point: looks for drift and tells the cluster; changes nothing",
  args: [],
  options: [],
  exits: '0 told what was found, be it good or bad; 2 failed, 3 refused, 75 try again later',
  run: (_, io) => run('check', io),
};

/** All of the log goes one way, so that its last lines are the last ones. */
async function run(role: Parameters<typeof runJob>[0], io: Io): Promise<ExitCode> {
  const stop = lastResort(role, io, ({ exit, words }) => {
    io.err(words);
    process.exit(exit);
  });
  const { exit, words } = await runJob(role, { env: io.env, signal: io.signal, log: (line) => io.err(line) });
  stop();
  if (exit === EXIT.ok) io.out(words);
  else io.err(words);
  return exit;
}
