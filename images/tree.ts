import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ImageSpec, ROOT, type Target } from './dockerfile.ts';
import type { Run } from './smoke.ts';

/** Puts together what the image adds to its base, below .cache/images; returns the folder, which is its root. */
export function assemble(target: Target, image: ImageSpec): string {
  const rootfs = join(ROOT, '.cache/images', target, 'rootfs');
  rmSync(rootfs, { recursive: true, force: true });
  for (const { from, to } of image.copies) {
    mkdirSync(dirname(join(rootfs, to)), { recursive: true });
    cpSync(join(ROOT, from), join(rootfs, to), { recursive: true });
  }
  // No other user may write, as in the cluster; everybody may read, whatever the umask was.
  for (const path of [rootfs, ...everything(rootfs)])
    chmodSync(path, (statSync(path).mode & 0o111) === 0 ? 0o644 : 0o755);
  return rootfs;
}

/** The entrypoint of an assembled tree, by the Node that runs this, as the image's user where that can be. */
export function treeRun(rootfs: string, image: ImageSpec): { readonly run: Run; readonly how: string } {
  const user = mayBecome(rootfs) ? { uid: image.uid, gid: image.gid } : {};
  const program = image.entrypoint.slice(1).map((path) => join(rootfs, path));
  // Nothing of this machine's but Node itself, and no folder that could be written to.
  const env = { ...image.environment, HOME: '/nonexistent', TMPDIR: '/nonexistent' };
  return {
    run: (args) =>
      spawnSync(process.execPath, [...program, ...args], { cwd: '/', env, encoding: 'utf8', ...user }),
    how:
      'uid' in user
        ? `its file tree alone, as user ${image.uid}`
        : 'its file tree alone, as the user who asked',
  };
}

/** Over names, modes, times and contents: what runs must leave them as they were. */
export function fingerprint(rootfs: string): string {
  const hash = createHash('sha256');
  for (const path of everything(rootfs)) {
    const facts = statSync(path);
    hash.update(`${path} ${facts.mode} ${facts.mtimeMs}\n`);
    if (facts.isFile()) hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** Is this root, and can another user get at the folder and at Node? */
function mayBecome(rootfs: string): boolean {
  if (process.getuid?.() !== 0) return false;
  return [rootfs, process.execPath].every((path) => {
    for (let at = path; at !== dirname(at); at = dirname(at))
      if ((statSync(at).mode & 0o001) === 0) return false;
    return true;
  });
}

function everything(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => join(folder, path));
}
