import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, readImage, TARGETS, type Target } from './dockerfile.ts';
import { type Bases, buildah, docker, type Engine, tagOf } from './engine.ts';
import { looks, SAMPLE, smoke } from './smoke.ts';
import { standIn } from './stand-in.ts';
import { assemble, fingerprint, treeRun } from './tree.ts';

// The file tree of each image is always put together and tried. The images themselves are built where there is an
// engine, and with buildah only on a base that was named: it would have to pull one.

const { BASE, BUILD_BASE } = process.env;
mkdirSync(join(ROOT, '.cache/images'), { recursive: true });

let failed = false;
for (const target of TARGETS) tell(target, ...tryTree(target));

const engine = docker() ?? buildah();
if (engine === undefined) say('images not built: neither a Docker engine nor buildah is here');
else if (engine.name !== 'docker' && BASE === undefined)
  say(
    `images not built: name what they run on, make images BASE=node:24-bookworm-slim@sha256:… (or BASE=stand-in)`,
  );
else {
  const bases = basesOf(engine);
  for (const target of TARGETS) tell(target, ...tryImage(engine, target, bases));
}
process.exitCode = failed ? 1 : 0;

/** How it was tried, and what is wrong. */
function tryTree(target: Target): readonly [string, readonly string[]] {
  const image = readImage(target);
  const rootfs = assemble(target, image);
  const before = fingerprint(rootfs);
  const { run, how } = treeRun(rootfs, image);
  const problems = [...looks(rootfs, image), ...smoke(run, SAMPLE)];
  return [how, [...problems, ...(fingerprint(rootfs) === before ? [] : ['what ran changed its files'])]];
}

function tryImage(engine: Engine, target: Target, bases: Bases): readonly [string, readonly string[]] {
  const how = `${tagOf(target)} by ${engine.name}, on ${bases.base ?? 'the default base'}`;
  const failure = engine.build(target, bases);
  if (failure !== undefined) return [how, [failure]];
  return [how, smoke(engine.run(target, readImage(target)), '/sample')];
}

/** `stand-in` is made here, of Debian packages and this repository's Node. */
function basesOf(engine: Engine): Bases {
  const base = BASE === 'stand-in' ? standIn(engine) : BASE;
  return {
    ...(base === undefined ? {} : { base }),
    ...(BUILD_BASE === undefined ? {} : { buildBase: BUILD_BASE }),
  };
}

function tell(target: Target, how: string, problems: readonly string[]): void {
  failed ||= problems.length > 0;
  say(`${target}: ${how}: ${problems.length === 0 ? 'well' : problems.join('\n')}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
