import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { ROOT } from './support/cache.ts';
import { mysqlServers } from './support/mysql-server.ts';
import { testIf } from './support/skip.ts';

// What the README promises first. Each takes half a minute, so that an ordinary run leaves them to `make demo`.
const SWEEP = process.env.MOORING_SWEEP !== undefined;
const { there } = mysqlServers();

for (const engine of ['postgres', 'mariadb', 'mysql']) {
  const isThere = engine === 'postgres' || there.some(({ kind }) => kind === engine);
  const why = SWEEP
    ? `no server for ENGINE=${engine}`
    : 'the demos take half a minute each; all with MOORING_SWEEP=1';
  testIf(SWEEP && isThere, why)(
    `make demo ENGINE=${engine} is as promised`,
    { timeout: 300_000 },
    async () => {
      const { exitCode, stdout } = await execa(process.execPath, [join(ROOT, 'demo/demo.ts'), engine], {
        cwd: ROOT,
        reject: false,
      });
      expect(stdout).not.toContain('NOT as promised');
      expect(stdout).toContain('All as promised');
      expect(exitCode).toBe(0);
    },
  );
}
