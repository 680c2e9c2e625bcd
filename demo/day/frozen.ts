import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

// A program on a machine that freezes as it starts: `frozen.ts SECONDS FILE ARGUMENTS…`. The rehearsal's clock is told to
// let the time pass, by the line that it gives each process for this.
const [seconds = '0', ...program] = process.argv.slice(2);
const clock = new Socket({ fd: 3 });
clock.write(`sleep ${seconds}\n`);
clock.once('data', () => {
  spawn(process.execPath, program, { stdio: 'inherit' }).once('exit', (code) => process.exit(code ?? 1));
});
