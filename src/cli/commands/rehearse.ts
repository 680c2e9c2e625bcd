import { EXIT } from '../../api/api.ts';
import { holdScratch as holdFor, rehearse as rehearseBoth } from '../../rehearsal/rehearsal.ts';
import { type Command, list, text } from '../command.ts';
import { DIR, OPTIONS } from '../options.ts';
import { printRehearsal, rehearsalListener } from '../print/rehearsal.ts';
import { databaseUrl, targetOf } from '../request.ts';

export const rehearse: Command = {
  name: 'rehearse',
  summary: 'sync, rollback, sync again, as the cluster would do it, on a scratch database',
  args: [DIR],
  options: [
    {
      flags: '--from <rev>',
      text: 'where the way begins and leads back to; default: the newest commit that has other migrations',
    },
    {
      flags: '--to <rev>',
      text: 'where it leads; default: the files as they are, also what is not committed',
    },
    {
      ...OPTIONS.url,
      text: 'a server on which a scratch database may be made; default: MOORING_DATABASE_URL',
    },
    OPTIONS.env,
    OPTIONS.allow,
    OPTIONS.pooler,
    OPTIONS.output,
  ],
  exits:
    '0 the way back leads back, 1 it does not, or a migration fails on the way; 2 failed, 75 try again later',
  async run(given, io) {
    const url = databaseUrl(given, io);
    const output = text(given, 'output');
    const [env, from, to] = ['env', 'from', 'to'].map((name) => text(given, name));
    const dir = given.args.DIR ?? '.';
    const report = await rehearseBoth({
      dir,
      ...(env === undefined ? {} : { env }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      target: (definition) => targetOf(definition, url, given, io),
      allow: list(given, 'allow'),
      program: process.argv[1] ?? '',
      signal: io.signal,
      listener: rehearsalListener(io, output),
    });
    return printRehearsal(io, report, output, dir);
  },
};

export const holdScratch: Command = {
  name: 'hold-scratch',
  hidden: true,
  summary: "a rehearsal's own: makes a scratch database and drops it when its input ends",
  args: [],
  options: [],
  exits: '0 made and dropped, 2 not made',
  run: async (_, io) => ((await holdFor(process.stdin, (line) => io.out(line))) ? EXIT.ok : EXIT.failed),
};
