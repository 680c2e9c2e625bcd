import { mkdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Definition, LABELS, MooringError } from '../../api/api.ts';
import { readBundle } from '../../bundle/bundle.ts';
import { DEFINITION_FILE, theDefinition } from '../../definition/definition.ts';
import { renderDirectory, targetNamed } from '../../render/render.ts';
import type { KubeObject } from '../cluster/object.ts';
import { documentsOf } from './documents.ts';
import { commitOf, git } from './git.ts';

/** A schema directory as it is in one revision, rendered. */
export interface Revision {
  /** As it was named, or short. */
  readonly name: string;
  /** The first line of its commit's message, or where it comes from. */
  readonly says: string;
  readonly definition: Definition;
  /** Its migrations, without their undos: where they are the same, there is no way to go. */
  readonly migrations: string;
  /** Files and folders that make it what it is, from `dir`. */
  readonly paths: readonly string[];
  /** Those that Mooring renders; what a definition passes through belongs to the application. */
  readonly objects: readonly KubeObject[];
}

export interface RevisionsRequest {
  readonly dir: string;
  /** Which `mooring.<env>.yaml` is merged over each definition. */
  readonly env?: string;
  readonly from?: string;
  readonly to?: string;
}

/** How many commits that changed its files are looked at for one that differs. */
const MOST = 50;

/**
 * Both revisions. `to` is the working tree by default, with what is not committed. `from` is by default the newest
 * commit up to it that has other migrations: there alone is a way to go, and to
 * come back. Comments, undos and other folders make no difference. `folder` is where they are checked out; the repository itself is not touched.
 *
 * Throws `file-not-found`, `git-failed`, `revision-unknown`, and what is wrong with the files, named by revision.
 */
export async function readRevisions(
  request: RevisionsRequest,
  folder: string,
): Promise<{ readonly from: Revision; readonly to: Revision }> {
  const { dir } = request;
  if (!(await isFolder(dir)))
    throw new MooringError('file-not-found', `The folder ${dir} is not there.`, {
      file: dir,
      hint: 'mooring rehearse DIR: the schema directory',
    });
  const repository = new Repository(request, folder, await git(dir, ['rev-parse', '--show-prefix']));
  const to =
    request.to === undefined
      ? await readRevision(request, dir, 'the working tree', `as it is in ${dir}`)
      : await repository.read(request.to);
  const from =
    request.from === undefined
      ? await repository.before(to, request.to ?? 'HEAD')
      : await repository.read(request.from);
  return { from, to };
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

class Repository {
  readonly #request: RevisionsRequest;
  readonly #folder: string;
  /** From the top of the repository to the directory: `db/`, or nothing. */
  readonly #prefix: string;

  constructor(request: RevisionsRequest, folder: string, prefix: string) {
    this.#request = request;
    this.#folder = folder;
    this.#prefix = prefix;
  }

  /** Throws `revision-unknown`. */
  async read(name: string): Promise<Revision> {
    const { dir } = this.#request;
    const commit = await commitOf(dir, name);
    if (commit === undefined) {
      throw new MooringError('revision-unknown', `${dir}: Git knows no revision ${name}`, {
        hint: 'git log --oneline, git tag and git branch name those that are there.',
      });
    }
    return this.#readCommit(commit, name);
  }

  /** The newest one up to `head` that is not the same. Throws `revision-unknown`. */
  async before(other: Revision, head: string): Promise<Revision> {
    const { dir } = this.#request;
    const log = ['log', '--first-parent', `--max-count=${MOST}`, '--format=%H', '--end-of-options', head];
    const commits =
      (await commitOf(dir, head)) === undefined ? '' : await git(dir, [...log, '--', ...other.paths]);
    let unread: MooringError | undefined;
    for (const commit of commits.split('\n').filter((line) => line !== '')) {
      const found = await this.#readCommit(commit, commit.slice(0, 9)).catch((error: unknown) => {
        // Such a commit never was a revision that anybody synced.
        if (!(error instanceof MooringError)) throw error;
        unread ??= error;
        return undefined;
      });
      if (found !== undefined && found.migrations !== other.migrations) return found;
    }
    throw new MooringError(
      'revision-unknown',
      `${dir}: no commit up to ${other.name} has other migrations: from where is the way to go?${unread === undefined ? '' : ` (${unread.message})`}`,
      {
        hint: 'Commit first, then change. In a clone that is not whole: git fetch --unshallow. Or: mooring rehearse DIR --from REV',
      },
    );
  }

  async #readCommit(commit: string, name: string): Promise<Revision> {
    const { dir } = this.#request;
    const into = join(this.#folder, commit);
    const says = await git(dir, ['log', '--max-count=1', '--format=%s', commit]);
    await mkdir(into, { recursive: true });
    // An index of our own: neither that of the repository nor its files are touched. Git checks out what is below `dir`.
    const index = `${into}.index`;
    await git(dir, ['read-tree', commit], { index });
    await git(dir, ['checkout-index', '--all', '--force', `--prefix=${into}/`], { index });
    const there = join(into, this.#prefix);
    if (!(await isFolder(there))) {
      throw new MooringError('revision-unknown', `${name} has no folder ${this.#prefix}`, {
        hint: 'Name a revision in which the schema directory lies where it lies now.',
      });
    }
    return readRevision(this.#request, there, name, says).catch((error: unknown) => {
      throw error instanceof MooringError ? placed(error, into, `${name}:`) : error;
    });
  }
}

/** An error's files by the revision that has them, not by the folder that it was checked out to. */
function placed(error: MooringError, folder: string, where: string): MooringError {
  const named = (text: string) => text.replaceAll(`${folder}/`, where);
  const { file, ...rest } = error.where;
  return new MooringError(error.code, named(error.message), {
    ...rest,
    ...(file === undefined ? {} : { file: named(file) }),
    hint: named(error.hint),
    problems: error.problems.map((problem) => ({ ...problem, message: named(problem.message) })),
    cause: error,
  });
}

async function readRevision(
  { env }: RevisionsRequest,
  dir: string,
  name: string,
  says: string,
): Promise<Revision> {
  const found = await theDefinition(dir, env);
  const { migrations } = await readBundle(found);
  const rendered = await renderDirectory(found.dir, targetNamed('argocd'), {
    ...(env === undefined ? {} : { env }),
    image: 'mooring',
  });
  const within = relative(dir, found.dir);
  const overlay = env === undefined ? [] : [`mooring.${env}.yaml`];
  const { mode, migrations: said, desired } = found.definition.spec;
  const sql =
    mode === 'declarative'
      ? desired.map((pattern) => `:(glob)${join(within, pattern)}`)
      : [join(within, said.path)];
  const objects = rendered.flatMap(({ text }) => documentsOf(text));
  return {
    name,
    says,
    definition: found.definition,
    migrations: migrations.map(({ id, checksum }) => `${id} ${checksum}`).join('\n'),
    paths: [...[DEFINITION_FILE, ...overlay].map((each) => join(within, each)), ...sql],
    objects: objects.filter(
      ({ metadata, kind }) =>
        // Nothing waits for a drift check; the way there and back is what is looked at.
        kind !== 'CronJob' &&
        (metadata.labels as Readonly<Record<string, string>> | undefined)?.[LABELS.schema] !== undefined,
    ),
  };
}
