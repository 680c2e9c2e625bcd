import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { migrate, refuseSuperseded, withSession } from '../../src/runner/runner.ts';
import { sharedPostgres } from '../support/postgres-server.ts';
import { runRequest } from '../support/run-request.ts';

test('a Job of the newest claim, or one made after it, may undo; an older one of another bundle may not', async () => {
  const server = await sharedPostgres();
  const { url, drop } = await server.createDatabase();
  const request = await runRequest(url, { '1_a.sql': 'create table a (id integer);' });
  await migrate(request);
  await withSession(request, async (session) => {
    const claimed = await session.store.latestClaim();
    const at = Date.parse(claimed?.at ?? '');
    expect(claimed?.bundle).toBe(request.bundle);
    await refuseSuperseded(session, { bundle: request.bundle, madeBy: () => at - 60_000 });
    await refuseSuperseded(session, { bundle: 'sha256:older', madeBy: () => at + 60_000 });
    await expect(
      refuseSuperseded(session, { bundle: 'sha256:older', madeBy: () => at - 60_000 }),
    ).rejects.toMatchObject({
      code: 'superseded',
      exitCode: 3,
    });
    await session.store.addClaim({
      key: randomUUID(),
      owner: '/shop',
      runner: 'test',
      bundle: 'sha256:newer',
      job: 'shop-gate',
    });
    await expect(
      refuseSuperseded(session, { bundle: request.bundle, madeBy: () => at - 60_000 }),
    ).rejects.toThrow(/shop-gate/);
    await expect(refuseSuperseded(session, { bundle: request.bundle })).rejects.toMatchObject({
      code: 'birth-unknown',
      exitCode: 3,
    });
  });
  await drop();
});
