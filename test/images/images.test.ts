import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ImageSpec, readImage, TARGETS } from '../../images/dockerfile.ts';
import { looks, SAMPLE, smoke } from '../../images/smoke.ts';
import { assemble, fingerprint, treeRun } from '../../images/tree.ts';
import { ROOT } from '../support/cache.ts';
import { describeIf } from '../support/skip.ts';

describe.each(TARGETS)('the stage of the %s', (target) => {
  const image = readImage(target);

  test('copies only what the context holds, and runs nothing', () => {
    const context = readContext();
    const outside = image.copies.filter(({ from }) => from !== 'dist' && !context.includes(from));
    expect({ outside, runs: image.runs }).toEqual({ outside: [], runs: [] });
  });

  test('is one that Kubernetes can run without root: its user is a number', () => {
    expect(image.uid).toBe(target === 'runner' ? 65_532 : 999);
    expect(image.gid).toBe(image.uid);
    expect(image.entrypoint).toEqual(['/usr/local/bin/node', '/opt/mooring/mooring.mjs']);
  });
});

describeIf(existsSync(join(ROOT, 'dist/mooring.mjs')), 'dist/ was not built (make build)')(
  'the file tree of an image',
  () => {
    test.each(TARGETS)('%s: starts, reads a schema directory, finds the parser, writes nothing', (target) => {
      const image = readImage(target);
      const rootfs = assemble(target, image);
      const before = fingerprint(rootfs);
      expect(smoke(treeRun(rootfs, image).run, SAMPLE)).toEqual([]);
      expect(looks(rootfs, image)).toEqual([]);
      expect(fingerprint(rootfs)).toBe(before);
    });

    test('what it lacks is found', () => {
      const image = readImage('plugin');
      const rootfs = assemble('plugin', image);
      const before = fingerprint(rootfs);
      const program = join(rootfs, 'opt/mooring');

      const bundle = join(program, 'lib/run.cjs');
      renameSync(bundle, `${bundle}.gone`);
      expect(smoke(treeRun(rootfs, image).run, SAMPLE).join('\n')).toContain('without "runs-journaled"');
      renameSync(`${bundle}.gone`, bundle);

      writeFileSync(join(program, 'more'), '');
      expect(fingerprint(rootfs)).not.toBe(before);

      rmSync(program, { recursive: true });
      expect(looks(rootfs, image)).toContain('/opt/mooring/mooring.mjs is not in the image');
      const bad: ImageSpec = { ...image, uid: 0, runs: ['apt-get install everything'] };
      expect(looks(rootfs, bad)).toEqual(
        expect.arrayContaining([
          'the last stage runs something: apt-get install everything',
          'the image runs as root',
        ]),
      );
    });
  },
);

/** Files and folders that .dockerignore, a list of exceptions, lets into a build. */
function readContext(): readonly string[] {
  const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
}
