import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compiledName } from '../../src/cli/compiled.ts';
import { ROOT } from '../support/cache.ts';
import { parseRepository, type Repository } from '../support/hostile.ts';
import { testIf } from '../support/skip.ts';

const CASES = join(ROOT, 'test/cases/hostile');
const PROGRAM = join(ROOT, 'dist/mooring.mjs');
const CANARY = 'canary-a6f31c';
/** A refresh of Argo CD waits so long for all that it does. */
const MOST_SECONDS = 5;
const MOST_MIB = 400;

const base = realpathSync(mkdtempSync(join(tmpdir(), 'mooring-hostile-')));
const outside = join(base, 'outside');
const all = readdirSync(CASES).map((file) =>
  parseRepository(file.replace(/\.txt$/, ''), readFileSync(join(CASES, file), 'utf8'), outside),
);
const hostile = all.filter((one) => one.expect !== 'renders');
const harmless = all.filter((one) => one.expect === 'renders');

beforeAll(async () => {
  mkdirSync(join(outside, 'migrations'), { recursive: true });
  const definition = readFileSync(join(ROOT, 'test/cases/render/nothing/in/mooring.yaml'), 'utf8');
  writeFileSync(join(outside, 'canary.txt'), `SELECT '${CANARY}';\n`);
  writeFileSync(join(outside, 'mooring.yaml'), definition.replace('orders', CANARY));
  writeFileSync(join(outside, 'migrations/1_a.sql'), `SELECT '${CANARY}';\n`);
  writeFileSync(
    join(outside, 'manifest.yaml'),
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${CANARY}}\n`,
  );
  const plain = parseRepository('plain', '', outside);
  const opened = await within(plain, (folder) => generate(folder, {}));
  own = new Set([...opened.elsewhere, '/proc/sys/vm/overcommit_memory', '/sys/devices/system/cpu/online']);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const TELL_PEAK = `data:text/javascript,${encodeURIComponent(
  'process.on("exit",()=>process.stderr.write("\\npeak "+process.resourceUsage().maxRSS+"\\n"))',
)}`;

/** The built-in modules that a driver needs. */
const TELL_NETWORK = `data:text/javascript,${encodeURIComponent(
  'process.on("exit",()=>process.stderr.write("network: "+(process.moduleLoadList.filter(m=>/NativeModule (tls|dns)$/.test(m)).join()||"none")+"\\n"))',
)}`;

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
  readonly peakMiB: number;
  /** Files outside of the repository that were opened, in so far as the system could be asked. */
  readonly elsewhere: readonly string[];
}

const canTrace = (() => {
  try {
    execFileSync('strace', ['-f', '--seccomp-bpf', '-e', 'trace=openat', '-o', '/dev/null', 'true'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
})();
const LOG = join(base, 'opened');
const TRACED = [
  'strace',
  '-f',
  '--seccomp-bpf',
  '-s',
  '4096',
  '-e',
  'trace=open,openat,openat2,creat',
  '-o',
  LOG,
];

/** The program that users run, as the plugin calls it: in the folder, with nothing but Argo CD's environment. */
async function generate(folder: string, env: Repository['env'], tell = TELL_PEAK): Promise<Outcome> {
  const started = performance.now();
  const [file = '', ...args] = [
    ...(canTrace ? TRACED : []),
    process.execPath,
    ...['--import', tell, PROGRAM, 'generate'],
  ];
  const child = spawn(file, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, MOORING_IMAGE: 'registry.example/mooring@sha256:1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 2 * MOST_SECONDS * 1000,
    killSignal: 'SIGKILL',
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (part: Buffer) => void out.push(part));
  child.stderr.on('data', (part: Buffer) => void err.push(part));
  const code = await new Promise<number | null>((end, reject) => {
    child.on('error', reject);
    child.on('close', end);
  });
  const seconds = (performance.now() - started) / 1000;
  const text = Buffer.concat(err).toString();
  return {
    code,
    seconds,
    out: Buffer.concat(out).toString(),
    err: text.replace(/\npeak \d+\n$/, ''),
    peakMiB: Number(/\npeak (\d+)\n$/.exec(text)?.[1]) / 1024,
    elsewhere: canTrace
      ? openedPaths(readFileSync(LOG, 'utf8'), folder).filter((path) => !`${path}/`.startsWith(`${folder}/`))
      : [],
  };
}

/** Paths that were opened, links resolved as far as they are still there. */
function openedPaths(log: string, folder: string): readonly string[] {
  const opened = log.matchAll(/\bopen(?:at2?)?\((?:AT_FDCWD, )?"((?:[^"\\]|\\.)*)"[^\n]*\) = \d+/g);
  return [...opened].map((match) => {
    const path = resolve(folder, (match[1] ?? '').replaceAll(/\\(.)/g, '$1'));
    return (existsSync(path) ? realpathSync(path) : path).replace(/^\/proc\/(\d+|self)\//, '/proc/self/');
  });
}

async function within<T>(one: Repository, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(base, 'repository');
  mkdirSync(folder);
  const done = await one.write(folder);
  try {
    return await use(folder);
  } finally {
    done();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What Node itself opens, and our program beside it; V8 asks for two more when there is more to do. */
let own: ReadonlySet<string> = new Set();

function isBounded({ out, err, seconds, peakMiB, elsewhere }: Outcome): void {
  expect(elsewhere.filter((path) => !own.has(path) && !path.startsWith(join(ROOT, 'dist/')))).toEqual([]);
  expect(seconds).toBeLessThan(MOST_SECONDS);
  expect(peakMiB).toBeLessThan(MOST_MIB);
  expect(out + err).not.toContain(CANARY);
  expect(out + err).not.toMatch(/root:x:0|geheim|Z2VoZWlt/);
}

describe(`${hostile.length} hostile repositories: no manifest, nothing from outside, in ${MOST_SECONDS} s and ${MOST_MIB} MiB`, () => {
  test.each(hostile)('$name', async (one) => {
    const outcome = await within(one, (folder) => generate(folder, one.env));
    expect(outcome.out).toBe('');
    expect([2, 3, 75], outcome.err).toContain(outcome.code);
    expect(outcome.err).toMatch(new RegExp(`^error\\[${one.expect}\\]: `));
    // People read it in Argo CD, which keeps all of it.
    expect(outcome.err.length).toBeLessThan(5000);
    expect(outcome.err).not.toMatch(/\n\s+at /);
    expect(outcome.err).not.toContain(join(base, 'repository'));
    isBounded(outcome);
  });
});

describe(`${harmless.length} that only look hostile: rendered, without harm`, () => {
  // Some of them are ten thousands of files, which a busy disk takes its time to write.
  test.each(harmless)('$name', { timeout: 300_000 }, async (one) => {
    const outcome = await within(one, (folder) => generate(folder, one.env));
    expect([outcome.code, outcome.err]).toEqual([0, '']);
    expect(outcome.out).toMatch(/^---\n# Rendered by mooring/);
    isBounded(outcome);
  });
});

testIf(canTrace, 'strace, which shows what files a process opens, is not to be had or may not trace')(
  'the files that each of them opened were looked at',
  () => {
    expect(own.size).toBeGreaterThan(5);
    expect(own.has('/proc/self/environ')).toBe(false);
    const ours = [...own].filter((path) => path.startsWith(join(ROOT, 'dist/')));
    const [entry, ...parts] = ours.filter((path) => /\.[cm]js$/.test(path));
    expect(entry).toBe(PROGRAM);
    expect(parts).toContain(join(ROOT, 'dist/lib/run.cjs'));
    // Nothing but the program's parts, each with what V8 made of it.
    expect(ours).toEqual([entry, ...parts.flatMap((path) => [compiledName(path), path])]);
  },
);

test('no engine and no driver is loaded: nothing that opens a connection', async () => {
  const { err } = await within(harmless[0] ?? expect.unreachable(), (folder) =>
    generate(folder, {}, TELL_NETWORK),
  );
  expect(err).toBe('network: none\n');
});

test('the count', ({ task }) => {
  expect(hostile.length).toBeGreaterThanOrEqual(100);
  task.meta.hostile = { tried: all.length, refused: hostile.length };
});
