import { expect, test } from 'vitest';
import type { DatabaseSchemaStatus } from '../../src/api/api.ts';
import { mergePatch } from '../../src/definition/definition.ts';
import { missingFrom, type Seen } from '../../src/kube/seen.ts';
import { type News, statusOf, statusPatch } from '../../src/kube/status.ts';
import { FULL } from '../manifests/full-object.ts';

const NOW = Date.parse('2026-09-21T15:00:00Z');

const seen = (more: Partial<Seen> = {}): Seen => ({
  history: {
    applied: ['1', '2'],
    ever: new Set(['1', '2']),
    undoHashes: { 1: 'a', 2: 'b' },
    appliedAt: { 1: NOW - 60_000, 2: NOW - 60_000 },
  },
  drift: { changes: [], fingerprint: 'f' },
  ahead: [],
  pending: [],
  ...more,
});

const news = (more: Partial<News> = {}): News => ({ now: NOW, onlyReports: true, ...more });

/** `Ready True Succeeded` and so on. */
function words(status: DatabaseSchemaStatus): Readonly<Record<string, string>> {
  return Object.fromEntries(
    status.conditions.map(({ type, status: holds, reason }) => [type, `${holds} ${reason}`]),
  );
}

test('nothing new: all stays, times of change included', () => {
  const first = statusOf(undefined, 1, news({ seen: seen(), looked: true }));
  const again = statusOf(first, 1, news({ now: NOW + 60_000, seen: seen() }));
  expect(statusPatch(first, again)).toEqual({});
});

test('a patch leads from any status to any other', () => {
  const empty = {};
  const first = statusOf(undefined, 1, news({ seen: seen(), looked: true, staleAfter: 5, converged: 'd' }));
  const other = statusOf(
    FULL.status,
    2,
    news({ seen: seen({ ahead: ['2'] }), rollout: { digest: 'e', until: NOW / 1000 + 60 }, held: [] }),
  );
  const all: readonly unknown[] = [empty, first, other, FULL.status];
  for (const before of all)
    for (const after of all)
      expect(mergePatch(before as never, statusPatch(before, after) as never)).toEqual(after);
});

test('the worst is what Ready says', () => {
  const run = {
    job: 'converge',
    result: 'done',
    at: '2026-09-21T15:00:00Z',
    ms: 1,
    bundle: 'd',
    applied: 0,
    undone: 0,
  } as const;
  const error = { code: 'sql-failed', message: 'no', hint: '' } as const;
  const held = [{ id: '2', reason: 'data-loss', message: 'holds data', allow: '--allow data-loss' }] as const;
  const drift = {
    changes: [{ object: 'table t', kind: 'table', change: 'added', details: [] }],
    fingerprint: 'g',
  } as const;
  const of = (more: Partial<News>) => words(statusOf(undefined, 1, news({ run, ...more })));
  expect(of({ seen: seen() })).toMatchObject({ Ready: 'True Succeeded', Stalled: 'False Succeeded' });
  expect(of({ seen: seen({ drift }) })).toMatchObject({
    Ready: 'False Drifted',
    Drifted: 'True Drifted',
    Stalled: 'True Drifted',
  });
  expect(of({ seen: seen({ drift }), onlyReports: false })).toMatchObject({
    Ready: 'False Drifted',
    Stalled: 'False Succeeded',
  });
  expect(of({ seen: seen({ pending: ['3'] }) })).toMatchObject({
    Ready: 'False Pending',
    Migrated: 'False Pending',
  });
  expect(of({ seen: seen({ ahead: ['2'], drift }) })).toMatchObject({
    Migrated: 'False Ahead',
    Drifted: 'True Drifted',
  });
  expect(of({ seen: seen({ drift }), held })).toMatchObject({
    Ready: 'False DataLoss',
    Stalled: 'True DataLoss',
  });
  expect(of({ seen: seen({ drift }), held, run: { ...run, result: 'failed', error } })).toMatchObject({
    Ready: 'False SqlFailed',
    Stalled: 'True SqlFailed',
  });
  expect(of({ seen: seen(), run: { ...run, result: 'superseded' } })).toMatchObject({
    Ready: 'True Succeeded',
  });
  expect(of({ rollout: { digest: 'd', until: NOW / 1000 + 60 } })).toMatchObject({
    Ready: 'False InProgress',
    Reconciling: 'True InProgress',
    Stalled: 'False Succeeded',
    Drifted: 'Unknown NoVerdict',
  });
  // Its time is over: nothing is under way any more.
  expect(of({ seen: seen(), rollout: { digest: 'd', until: NOW / 1000 - 60 } })).toMatchObject({
    Reconciling: 'False Succeeded',
  });
});

test('without a verdict all that was said before stands', () => {
  const drifted = statusOf(
    undefined,
    1,
    news({
      seen: seen({
        drift: {
          changes: [{ object: 'table t', kind: 'table', change: 'added', details: [] }],
          fingerprint: 'g',
        },
      }),
    }),
  );
  const quiet = statusOf(drifted, 1, news({ now: NOW + 1_000, quiet: 'a run is at work', looked: true }));
  expect(words(quiet)).toEqual(words(drifted));
  expect(quiet.checkedAt).toBe('2026-09-21T15:00:01Z');
  expect(words(statusOf(undefined, 1, news({ quiet: 'a run is at work' }))).Ready).toBe('Unknown NoVerdict');
});

test('what is missing is known as far as the status tells it, and the status keeps telling it', () => {
  const told = { count: 5, head: '5', digest: '', undoHashes: { 4: 'x', 3: 'y' } };
  expect(missingFrom(undefined, seen().history)).toEqual({ count: 0, ids: [] });
  expect(missingFrom({ ...told, undoHashes: { 2: 'b' }, head: '2', count: 2 }, seen().history).count).toBe(0);
  expect(missingFrom(told, seen().history)).toEqual({ count: 3, ids: ['3', '4', '5'] });
  expect(missingFrom({ ...told, undoHashes: {} }, seen().history)).toEqual({ count: 3, ids: ['5'] });
  // Undone is not missing.
  const { history } = seen();
  expect(missingFrom(told, { ...history, ever: new Set(['1', '2', '3', '4', '5']) }).count).toBe(0);
  const before = { ...statusOf(undefined, 1, news({ seen: seen() })), history: told };
  const after = statusOf(before, 1, news({ seen: seen({ pending: ['3', '4', '5'] }) }));
  expect(after.history).toEqual(told);
  expect(words(after)).toMatchObject({
    Drifted: 'True Missing',
    Migrated: 'False Missing',
    Ready: 'False Missing',
  });
  expect(statusOf(before, 1, news({ seen: seen(), settled: true })).history?.count).toBe(2);
});

test('the hash of an undo that was told stays, unless its migration was applied again', () => {
  const first = statusOf(undefined, 1, news({ seen: seen(), looked: true }));
  const edited = { ...seen().history, undoHashes: { 1: 'a', 2: 'edited' } };
  const later = { ...edited, appliedAt: { 1: NOW - 60_000, 2: NOW + 60_000 } };
  expect(statusOf(first, 1, news({ seen: seen({ history: edited }) })).history?.undoHashes).toEqual({
    1: 'a',
    2: 'b',
  });
  expect(statusOf(first, 1, news({ seen: seen({ history: later }) })).history?.undoHashes).toEqual({
    1: 'a',
    2: 'edited',
  });
});

test('long lists and texts are cut', () => {
  const changes = Array.from({ length: 50 }, (_, n) => ({
    object: `table public.t${n}`,
    kind: 'table',
    change: 'added' as const,
    details: Array.from({ length: 9 }, () => 'x'.repeat(500)),
  }));
  const status = statusOf(undefined, 1, news({ seen: seen({ drift: { changes, fingerprint: 'g' } }) }));
  expect(status.drift?.count).toBe(50);
  expect(status.drift?.changes).toHaveLength(20);
  expect(status.drift?.changes[0]?.details).toHaveLength(5);
  expect(status.drift?.changes[0]?.details[0]).toHaveLength(300);
  for (const { message } of status.conditions) expect(message.length).toBeLessThanOrEqual(300);
});
