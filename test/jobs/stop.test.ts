import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { passingTool } from '../../src/jobs/passing-tools.ts';
import { checkSignal, StopSignal } from '../../src/jobs/stop.ts';

test('a run that is well is never stopped', async () => {
  const stop = new StopSignal(new AbortController().signal, 60_000);
  checkSignal(stop.signal);
  expect(stop.until - Date.now()).toBeGreaterThan(29_000);
  stop.clear();
});

test('the deadline leaves time for the last words, and counts from when the Job began', async () => {
  const stop = new StopSignal(new AbortController().signal, 1_800_000);
  expect(Math.round((stop.until - Date.now()) / 1000)).toBe(1770);
  stop.since(Date.now() - 1_769_950);
  expect(stop.signal.aborted).toBe(false);
  await sleep(150);
  expect(() => checkSignal(stop.signal)).toThrow(
    /^the time that this Job may take is over: nothing was under way$/,
  );
  stop.clear();
});

test('SIGTERM comes first', () => {
  const controller = new AbortController();
  const stop = new StopSignal(controller.signal, 60_000);
  controller.abort();
  expect(() => checkSignal(stop.signal)).toThrow(/^ended by SIGTERM/);
  stop.clear();
});

test('what tools for online changes make is known by its name', () => {
  const known = [
    ['table public._orders_gho', 'gh-ost'],
    ['trigger pt_osc_shop_orders_del on public.orders', 'pt-online-schema-change'],
    ['table `_orders_new`', 'pt-online-schema-change'],
    ['column public.orders._pgroll_new_name', 'pgroll'],
    ['table public.events_p2024_01', 'pg_partman'],
    ['table repack.log_16384', 'pg_repack'],
    ['index _timescaledb_internal._hyper_1_2_chunk_i', 'TimescaleDB'],
    ['table public.orders', undefined],
    ['column public.orders.note_old', undefined],
    ['index public.orders_idx', undefined],
  ] as const;
  for (const [object, tool] of known) expect([object, passingTool(object)]).toEqual([object, tool]);
});
