import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { virtualClock } from '../../src/rehearsal/rehearsal.ts';

test('nothing asked for: time passes, and that is all', async () => {
  const clock = virtualClock({ start: 1_000 });
  expect(await clock.pass(500)).toBe(false);
  expect(clock.now).toBe(1_500);
});

test('acts run at their moments, at one moment in the order in which they were asked for', async () => {
  const clock = virtualClock({ start: 0 });
  const ran: string[] = [];
  const note = (name: string) => () => void ran.push(`${name} ${clock.now}`);
  clock.after(200, note('late'));
  clock.after(100, note('first'));
  clock.after(100, note('second'));
  clock.after(50, () => void clock.after(50, note('third')));
  clock.after(150, note('cancelled')).cancel();
  clock.after(10_000, note('never'));
  await clock.pass(1_000);
  expect(ran).toEqual(['first 100', 'second 100', 'third 100', 'late 200']);
});

test('a year passes at once, and an act is waited for to its end', async () => {
  const clock = virtualClock({ start: 0 });
  const began = performance.now();
  let ended = 0;
  clock.after(365 * 86_400_000, async () => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    ended = clock.now;
  });
  await clock.pass(366 * 86_400_000);
  expect(ended).toBe(365 * 86_400_000);
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('it passes until what is asked for has come true', async () => {
  const clock = virtualClock({ start: 0 });
  let done = false;
  clock.after(300, () => {
    done = true;
  });
  expect(await clock.pass(10_000, () => done)).toBe(true);
  expect(clock.now).toBe(300);
});

test('time stands while something real is under way', async () => {
  const clock = virtualClock({ start: 0, patience: 60_000 });
  const release = clock.hold();
  let ranAt: number | undefined;
  let released = false;
  clock.after(1_000, () => {
    ranAt = released ? clock.now : -1;
  });
  setTimeout(() => {
    released = true;
    release();
    release();
  }, 100);
  await clock.pass(2_000);
  expect(ranAt).toBe(1_000);
});

test('when patience is over, time goes on at the pace of the real clock', async () => {
  const clock = virtualClock({ start: 0, patience: 50 });
  const release = clock.hold();
  const ran: number[] = [];
  clock.after(100, () => void ran.push(performance.now()));
  clock.after(60_000, () => void ran.push(performance.now()));
  const began = performance.now();
  setTimeout(release, 400);
  await clock.pass(30_000);
  // The first fell due 100 ms after patience was over; the second was not reached, for time stood again after the release.
  expect(ran).toHaveLength(1);
  expect((ran[0] ?? 0) - began).toBeGreaterThan(140);
  expect((ran[0] ?? 0) - began).toBeLessThan(400);
});
