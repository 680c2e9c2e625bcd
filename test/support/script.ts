import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import { psql } from './tools.ts';

/**
 * A script as a folder in one file, in the manner of Go's testscript: commands (`$ mooring …`, `$ psql SQL` or `$ mysql SQL`, `$ rm FILE`)
 * with the output they must have (`! ` before what goes to stderr, `[3]` for an exit code other than 0), then files
 * (`-- path --`). A folder of migrations without a mooring.yaml gets a plain one.
 */
export interface Script {
  readonly head: string;
  readonly commands: readonly { readonly line: string; readonly expected: string }[];
  readonly files: string;
}

export function parseScript(text: string): Script {
  const at = text.search(/^-- \S+ --$/m);
  const [body, files] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
  const [head = '', ...rest] = body.split(/^(?=\$ )/m);
  const commands = rest.map((part) => {
    const [line = '', ...lines] = part.split('\n');
    return { line: line.slice(2), expected: lines.join('\n').trim() };
  });
  return {
    head: head.startsWith('$ ') ? '' : head,
    commands: head.startsWith('$ ') ? [first(head), ...commands] : commands,
    files,
  };
}

function first(part: string) {
  const [line = '', ...lines] = part.split('\n');
  return { line: line.slice(2), expected: lines.join('\n').trim() };
}

/** Runs the commands in a new folder against a database; returns what each printed. */
export async function runScript(script: Script, url: string, server = POSTGRES): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-script-'));
  const before = process.cwd();
  try {
    await unpack(script.files, folder, server.engine);
    process.chdir(folder);
    const printed: string[] = [];
    for (const { line } of script.commands) printed.push(normalise(await runLine(line, url, server), folder));
    return printed;
  } finally {
    process.chdir(before);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whose command line a script speaks of beside ours. */
export interface ScriptServer {
  readonly engine: string;
  readonly client: string;
  readonly run: (url: string, sql: string) => Promise<string>;
}

const POSTGRES: ScriptServer = { engine: 'postgres', client: 'psql', run: (url, sql) => psql(url, sql) };

async function runLine(line: string, url: string, server: ScriptServer): Promise<string> {
  const [, verb = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
  switch (verb) {
    case 'mooring':
      return runMooring(
        words(rest).map((word) =>
          word === 'HERE' ? url : word.replace('@HERE', `@${new URL(url).host}${new URL(url).pathname}`),
        ),
        url,
      );
    case server.client:
      return (await server.run(url, rest)).trim();
    case 'rm':
      await rm(rest, { recursive: true });
      return '';
    default:
      throw new Error(`a script knows mooring, ${server.client} and rm, not ${verb}`);
  }
}

async function runMooring(argv: readonly string[], url: string): Promise<string> {
  const out: string[] = [];
  const io: Io = {
    env: { MOORING_DATABASE_URL: url },
    signal: new AbortController().signal,
    isTerminal: false,
    now: () => new Date('2026-01-02T03:04:05Z'),
    out: (text) => void out.push(text.trimEnd()),
    err: (text) => void out.push(text.replace(/^/gm, '! ').trimEnd()),
  };
  const code = await run(argv, io);
  return [...out, ...(code === 0 ? [] : [`[${code}]`])].join('\n').trim();
}

function words(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
}

async function unpack(files: string, folder: string, engine: string): Promise<void> {
  const folders = new Set<string>();
  const parts = files.split(/^-- (\S+) --\n/m).slice(1);
  for (let n = 0; n < parts.length; n += 2) {
    const path = join(folder, parts[n] ?? '');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, (parts[n + 1] ?? '').replace('engine: ENGINE', `engine: ${engine}`));
    const directory = /^(.*?)\/?migrations\//.exec(parts[n] ?? '')?.[1];
    if (directory !== undefined) folders.add(directory);
  }
  for (const directory of folders) {
    await writeFile(join(folder, directory, 'mooring.yaml'), plain(engine), { flag: 'wx' }).catch(() => {});
  }
}

const plain = (engine: string) => `apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata: {name: shop}
spec:
  engine: ${engine}
  connection: {urlFrom: {secretKeyRef: {name: shop-db, key: url}}}
`;

/** What differs from run to run. */
function normalise(text: string, folder: string): string {
  return (
    text
      .replaceAll(folder, '.')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
      .replace(/\((\d+) ms/g, '(N ms')
      .replace(/"ms":\d+/g, '"ms":N')
      .replace(/\b[0-9a-f]{64}\b/g, 'HASH')
      .replace(/\b(t1|sha256):[0-9a-f]{7,}/g, '$1:HASH')
      .replace(/\b[0-9a-f]{15}…/g, 'HASH…')
      .replace(/\bt_[0-9a-f]{12}\b/g, 'DB')
      .replace(/mooring_scratch_\d+_[0-9a-f]+/g, 'SCRATCH')
      // One server names the width and the defaults that another leaves out.
      .replace(/\b((?:big)?int)\(\d+\)/g, '$1')
      .replace(/(\) ENGINE=InnoDB) DEFAULT [A-Z]+=[^;\n]*/g, '$1')
      .replace(/\bpid \d+/g, 'pid PID')
      .replace(/corresponds to your (MariaDB|MySQL) server/g, 'corresponds to your server')
      .replace(/(SET SESSION sql_mode = )'[A-Z_,]*'/g, "$1'MODE'")
      .replace(/ for key '\w+\./g, " for key '")
      .replace(/\b(mysql|mariadb):\/\//g, 'SERVER://')
      .replace(/pg_terminate_backend\(\d+\)/g, 'pg_terminate_backend(PID)')
      .trim()
  );
}
