import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Scene, Story } from './story.ts';

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

/** The shop's Git repository. */
export class Repository implements AsyncDisposable {
  readonly folder: string;
  readonly #story: Story;
  readonly #engine: string;

  private constructor(folder: string, { story, engine }: Pick<Scene, 'story' | 'engine'>) {
    this.folder = folder;
    this.#story = story;
    this.#engine = engine;
  }

  static async make(scene: Pick<Scene, 'story' | 'engine'>): Promise<Repository> {
    const repository = new Repository(await mkdtemp(join(tmpdir(), 'mooring-demo-')), scene);
    await repository.#git('init', '--quiet', '--initial-branch=main');
    return repository;
  }

  /** Puts something of demo/shop into it, without a word; on MySQL and MariaDB what demo/shop/mysql has instead. */
  async put(from: string, to: string): Promise<void> {
    const [target, instead] = [join(this.folder, to), join(SHOP, 'mysql', from)];
    await cp(join(SHOP, from), target, { recursive: true });
    if (this.#engine === 'postgres' || !existsSync(instead)) return;
    await cp(instead, target, { recursive: true });
    if (!existsSync(join(this.folder, 'mooring.yaml'))) return;
    const definition = await this.read('mooring.yaml');
    await writeFile(join(this.folder, 'mooring.yaml'), definition.replace('ENGINE', this.#engine));
  }

  /** Commits all that is there; returns the commit's short name. */
  async commit(message: string): Promise<string> {
    await this.#git('add', '--all');
    await this.#git('commit', '--quiet', '-m', message);
    this.#story.typed(`git add --all && git commit -m "${message}"`);
    return this.#show();
  }

  /** Takes the last commit back by another one. */
  async revert(): Promise<string> {
    await this.#git('revert', '--no-edit', 'HEAD');
    this.#story.typed('git revert --no-edit HEAD');
    return this.#show();
  }

  async cat(file: string): Promise<void> {
    this.#story.typed(`cat ${file}`);
    this.#story.shown(await this.read(file));
  }

  read(file: string): Promise<string> {
    return readFile(join(this.folder, file), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #show(): Promise<string> {
    const shown = await this.#git('show', '--stat=60', '--format=%h %s', 'HEAD');
    this.#story.shown(shown.replace('\n\n', '\n'));
    return this.#git('rev-parse', '--short', 'HEAD');
  }

  async #git(...args: readonly string[]): Promise<string> {
    const { stdout } = await execa('git', args, { cwd: this.folder, env: GIT_ENVIRONMENT });
    return stdout;
  }
}
