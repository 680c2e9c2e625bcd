import { execa } from 'execa';
import { MooringError } from '../../api/api.ts';

/** Set by Git where it runs a hook: they would lead away from the folder that was named. */
const OF_HOOKS = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX'];

/**
 * What Git prints in the folder, without the last line break. `index` is the file that it takes for its index. Throws
 * `git-failed` with its words.
 */
export async function git(
  dir: string,
  args: readonly string[],
  options: { readonly index?: string } = {},
): Promise<string> {
  const { failed, stdout, stderr, shortMessage } = await run(dir, args, options.index);
  if (!failed) return stdout;
  const words = stderr.trim() === '' ? (shortMessage ?? '') : stderr.trim();
  throw new MooringError('git-failed', `${dir}: git ${args[0] ?? ''}: ${words}`, {
    hint: 'A rehearsal goes between two revisions of a Git repository. A folder that is in none: git init, git add --all, git commit',
  });
}

/** The commit of a revision; undefined when there is none. */
export async function commitOf(dir: string, revision: string): Promise<string | undefined> {
  // What begins with a dash would be an option.
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const { failed, stdout } = await run(dir, args);
  return failed ? undefined : stdout;
}

async function run(dir: string, args: readonly string[], index?: string) {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    LC_ALL: 'C',
    ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
  };
  for (const name of OF_HOOKS) if (name !== 'GIT_INDEX_FILE' || index === undefined) delete env[name];
  return execa('git', [...args], { cwd: dir, env, extendEnv: false, stdin: 'ignore', reject: false });
}
