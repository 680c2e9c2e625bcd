import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { bold, dim, paragraph } from './print.ts';
import type { Witness } from './witness.ts';

/** One thing that was promised, and whether somebody other than Mooring found it so. */
export interface Claim {
  readonly claim: string;
  /** By what independent means it was checked. */
  readonly how: string;
  readonly holds: boolean;
}

export interface Outcome {
  readonly exitCode: number | undefined;
  /** What stood on the terminal, both streams. */
  readonly output: string;
}

/** A process of Mooring that is still at it. */
export type Started = ReturnType<typeof start>;

const MOORING = join(import.meta.dirname, '../dist/mooring.mjs');
const SHOP = join(import.meta.dirname, 'shop');

/** The same commits, with the same names, on every machine. */
const GIT_ENVIRONMENT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Shop',
  GIT_AUTHOR_EMAIL: 'shop@example.com',
  GIT_COMMITTER_NAME: 'Shop',
  GIT_COMMITTER_EMAIL: 'shop@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

/** The shop's Git repository and database, and the story that is told of them. */
export class Stage implements AsyncDisposable {
  readonly witness: Witness;
  readonly claims: Claim[] = [];
  readonly #url: string;
  readonly #folder: string;
  #chapter = 0;

  private constructor(url: string, folder: string, witness: Witness) {
    this.#url = url;
    this.#folder = folder;
    this.witness = witness;
  }

  static async open(url: string, witness: Witness): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'mooring-demo-'));
    const stage = new Stage(url, folder, witness);
    await mkdir(join(folder, 'migrations'));
    await cp(join(SHOP, 'mooring.yaml'), join(folder, 'mooring.yaml'));
    await stage.#git('init', '--quiet', '--initial-branch=main');
    return stage;
  }

  chapter(title: string): void {
    this.#chapter += 1;
    print(`\n${bold(`${this.#chapter}. ${title}`)}\n`);
  }

  say(text: string): void {
    print(`\n${paragraph(text)}\n`);
  }

  /** Puts a folder of demo/shop into the repository and commits it. */
  async commit(folder: string, message: string): Promise<void> {
    await cp(join(SHOP, folder), join(this.#folder, 'migrations'), { recursive: true });
    await this.#git('add', '--all');
    await this.#git('commit', '--quiet', '-m', message);
    typed(`git add --all && git commit -m "${message}"`);
    shown((await this.#git('show', '--stat=60', '--format=%h %s', 'HEAD')).replace('\n\n', '\n'));
  }

  async cat(file: string): Promise<void> {
    typed(`cat ${file}`);
    shown(await this.read(file));
  }

  read(file: string): Promise<string> {
    return readFile(join(this.#folder, file), 'utf8');
  }

  /** Runs the built command line in the repository, as its user would, and shows what it said. */
  async mooring(...args: readonly string[]): Promise<Outcome> {
    const child = this.startMooring(...args);
    return this.finish(child);
  }

  /** Starts it without waiting, so that something may happen to it. */
  startMooring(...args: readonly string[]): Started {
    const words = args.map((arg) => (/[\s*]/.test(arg) ? `'${arg}'` : arg));
    typed(`mooring ${words.join(' ')} --url $URL`);
    return start([...args, '--url', this.#url], this.#folder);
  }

  async finish(child: Started): Promise<Outcome> {
    const { all, exitCode } = await child;
    const output = all.replaceAll(this.#url, '$URL').replaceAll(this.#folder, '.');
    shown(output);
    if (exitCode !== 0 && exitCode !== undefined) print(dim(`   (exit code ${exitCode})\n`));
    return { exitCode, output };
  }

  /** SQL that somebody types at the database, past Mooring. */
  async sql(...statements: readonly string[]): Promise<void> {
    print('\n');
    for (const statement of statements) {
      print(`   ${bold(`shop=> ${statement};`)}\n`);
      await this.witness.run(statement);
    }
  }

  prove(claim: string, how: string, holds: boolean): void {
    this.claims.push({ claim, how, holds });
    print(`   ${holds ? '✓' : '✗'} ${claim}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #git(...args: readonly string[]): Promise<string> {
    const { stdout } = await execa('git', args, { cwd: this.#folder, env: GIT_ENVIRONMENT });
    return stdout;
  }
}

function start(args: readonly string[], cwd: string) {
  return execa(process.execPath, [MOORING, ...args], { cwd, all: true, reject: false });
}

function typed(command: string): void {
  print(`\n   ${bold(`$ ${command}`)}\n`);
}

function shown(output: string): void {
  for (const line of output.trimEnd().split('\n')) print(`   ${line}\n`);
}

function print(text: string): void {
  process.stdout.write(text);
}
