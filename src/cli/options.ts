import type { OptionSpec } from './command.ts';

/** Options that several verbs share, each declared once. */
export const COUNT = {
  flags: '--count',
  text: 'count the rows that hazards are about, instead of estimating those of large tables',
};

export const OPTIONS = {
  url: { flags: '--url <url>', text: 'the database; default: MOORING_DATABASE_URL' },
  env: { flags: '--env <name>', text: 'merge mooring.<name>.yaml over mooring.yaml' },
  schema: { flags: '--schema <name>', text: 'look at this schema only (repeatable)', repeat: true },
  include: { flags: '--include <what>', text: 'also compare privileges, owners', repeat: true },
  allow: {
    flags: '--allow <codes>',
    text: 'allow what is held or refused for these codes, or all; also MOORING_ALLOW_HAZARDS',
    repeat: true,
  },
  scratch: {
    flags: '--scratch <url>',
    text: 'mode declarative: a server to run the files on, in databases of their own; default: the same server; also MOORING_SCRATCH_URL',
  },
  pooler: {
    flags: '--pooler <kind>',
    text: 'a pooler that keeps one session per client',
    choices: ['none', 'session'],
  },
  deadline: {
    flags: '--deadline <duration>',
    text: 'give up after this time (30m, 90s); default: job.deadline',
  },
  wait: {
    flags: '--wait <duration>',
    text: 'how long to wait for a server that was never reached',
    fallback: '60s',
  },
  output: {
    flags: '-o, --output <format>',
    text: 'text or json',
    choices: ['text', 'json'],
    fallback: 'text',
  },
} as const satisfies Record<string, OptionSpec>;

/** What a verb that writes to a database takes. */
export const WRITES: readonly OptionSpec[] = [
  OPTIONS.url,
  OPTIONS.env,
  OPTIONS.schema,
  OPTIONS.include,
  OPTIONS.allow,
  OPTIONS.pooler,
  OPTIONS.deadline,
  OPTIONS.wait,
  OPTIONS.output,
];

/** What a verb that only reads takes. */
export const READS: readonly OptionSpec[] = [
  OPTIONS.url,
  OPTIONS.env,
  OPTIONS.schema,
  OPTIONS.include,
  OPTIONS.pooler,
  OPTIONS.output,
];

export const DIR = { name: 'DIR', text: 'the schema directory', optional: true } as const;
