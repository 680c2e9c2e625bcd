import { join } from 'node:path';
import { execa } from 'execa';
import { bold, dim } from '../print.ts';
import { Repository } from '../repository.ts';
import { print, type Scene, type Story } from '../story.ts';
import type { Witness } from '../witness.ts';

export interface Outcome {
  readonly exitCode: number | undefined;
  /** What stood on the terminal, both streams. */
  readonly output: string;
}

/** A process of Mooring that is still at it. */
export type Started = ReturnType<typeof start>;

const MOORING = join(import.meta.dirname, '../../dist/mooring.mjs');

/** A developer's machine: a repository, a database, and the command line. */
export class Laptop implements AsyncDisposable {
  readonly witness: Witness;
  readonly story: Story;
  readonly #url: string;
  readonly #repository: Repository;

  private constructor(url: string, repository: Repository, witness: Witness, story: Story) {
    this.#url = url;
    this.#repository = repository;
    this.witness = witness;
    this.story = story;
  }

  static async open(scene: Scene): Promise<Laptop> {
    const { url, witness, story } = scene;
    const repository = await Repository.make(scene);
    await repository.put('mooring.yaml', 'mooring.yaml');
    return new Laptop(url, repository, witness, story);
  }

  /** Puts migrations of demo/shop into the repository and commits it. */
  async commit(folder: string, message: string): Promise<void> {
    await this.#repository.put(folder, 'migrations');
    await this.#repository.commit(message);
  }

  cat(file: string): Promise<void> {
    return this.#repository.cat(file);
  }

  read(file: string): Promise<string> {
    return this.#repository.read(file);
  }

  /** Runs the built command line in the repository, as its user would, and shows what it said. */
  async mooring(...args: readonly string[]): Promise<Outcome> {
    return this.finish(this.startMooring(...args));
  }

  /** Starts it without waiting, so that something may happen to it. */
  startMooring(...args: readonly string[]): Started {
    const words = args.map((arg) => (/[\s*]/.test(arg) ? `'${arg}'` : arg));
    this.story.typed(`mooring ${words.join(' ')} --url $URL`);
    return start([...args, '--url', this.#url], this.#repository.folder);
  }

  async finish(child: Started): Promise<Outcome> {
    const { all, exitCode } = await child;
    const output = all.replaceAll(this.#url, '$URL').replaceAll(this.#repository.folder, '.');
    this.story.shown(output);
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

  [Symbol.asyncDispose](): Promise<void> {
    return this.#repository[Symbol.asyncDispose]();
  }
}

function start(args: readonly string[], cwd: string) {
  return execa(process.execPath, [MOORING, ...args], { cwd, all: true, reject: false });
}
