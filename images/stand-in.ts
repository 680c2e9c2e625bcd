import { cpSync, existsSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './dockerfile.ts';
import { type Engine, quiet } from './engine.ts';

const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

const NAME = 'localhost/mooring-stand-in';

/**
 * Where no registry can be reached, a base of the shape of Node's own image: Debian with Node at /usr/local/bin/node
 * and npm, from Debian packages, this repository's Node and the npm of this machine. Only to try the Dockerfile.
 * Returns its name. Throws with what failed.
 */
export function standIn(engine: Engine): string {
  const rootfs = join(ROOT, '.cache/images/stand-in');
  if (!existsSync(join(rootfs, 'usr/local/bin/node'))) makeRoot(rootfs);
  const failure = engine.adopt(rootfs, NAME);
  if (failure !== undefined) throw new Error(failure);
  return NAME;
}

function makeRoot(rootfs: string): void {
  rmSync(rootfs, { recursive: true, force: true });
  must('mmdebstrap', ['--variant=essential', '--include=libstdc++6,ca-certificates', 'bookworm', rootfs]);
  const bin = join(rootfs, 'usr/local/bin');
  const modules = join(rootfs, 'usr/local/lib/node_modules');
  mkdirSync(modules, { recursive: true });
  cpSync(process.execPath, join(bin, 'node'));
  const npm = realpathSync(must('sh', ['-c', 'command -v npm']).trim());
  cpSync(dirname(dirname(npm)), join(modules, 'npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(bin, 'npm'));
  // Behind a proxy of its own a machine may trust more than Debian does.
  if (existsSync(AUTHORITIES)) cpSync(AUTHORITIES, join(rootfs, AUTHORITIES));
  mkdirSync(join(rootfs, 'usr/local/etc'), { recursive: true });
  writeFileSync(join(rootfs, 'usr/local/etc/npmrc'), `cafile=${AUTHORITIES}\n`);
}

function must(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = quiet(command, args);
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
}
