import type { DatabaseSchema, DatabaseSchemaStatus } from '../../src/api/api.ts';

/** All fields at every depth, optional or not: what the types know and this does not hold does not compile. */
type Filled<T> = T extends readonly (infer Item)[]
  ? readonly [Filled<Item>, ...Filled<Item>[]]
  : T extends object
    ? { readonly [Key in keyof T]-?: Filled<Exclude<T[Key], undefined>> }
    : T;

const digest = `sha256:${'a1'.repeat(32)}`;
const hash = 'b2'.repeat(32);
const at = '2026-09-21T14:13:20Z';

const STATUS: Filled<DatabaseSchemaStatus> = {
  observedGeneration: 4,
  conditions: [
    {
      type: 'Ready',
      status: 'False',
      reason: 'DataLoss',
      message: 'undo of 7 is held',
      lastTransitionTime: at,
      observedGeneration: 4,
    },
  ],
  bundle: { digest, awaited: { digest, until: 1_790_001_800 } },
  history: { count: 7, head: '7', digest, undoHashes: { '7': hash } },
  snapshot: { fingerprint: hash, at },
  drift: {
    count: 1,
    fingerprint: hash,
    changes: [
      {
        object: 'column public.orders.note',
        kind: 'column',
        change: 'changed',
        details: ['type: text → varchar'],
      },
    ],
  },
  held: [
    { id: '7', reason: 'data-loss', message: 'holds data (1 row)', estimate: '1 row', allow: 'data-loss' },
  ],
  lastRun: {
    job: 'converge',
    result: 'held',
    at,
    ms: 184,
    bundle: digest,
    applied: 0,
    undone: 0,
    error: { code: 'sql-failed', message: 'no', hint: 'mend it', file: 'migrations/7_note.sql', line: 3 },
  },
  checkedAt: at,
  staleAfter: 1_790_000_900,
  graceUntil: 1_790_000_060,
  targets: {
    total: 2,
    ready: 1,
    worst: [{ target: 'default', reason: 'DataLoss', message: 'undo of 7 is held' }],
  },
};

/** A DatabaseSchema whose status holds every field that there is. */
export const FULL: DatabaseSchema = {
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'DatabaseSchema',
  metadata: { name: 'orders', namespace: 'shop', generation: 4 },
  spec: {
    engine: 'postgres',
    connection: {
      urlFrom: { secretKeyRef: { name: 'orders-db', key: 'url' } },
      tls: { mode: 'verify' },
      pooler: 'none',
    },
    mode: 'versioned',
    migrations: {
      path: 'migrations',
      format: 'mooring',
      transaction: 'on',
      order: 'strict',
      contract: 'deferred',
    },
    desired: [],
    scope: { schemas: ['public'], ignore: [], include: [] },
    gate: 'PreSync',
    drift: { schedule: '3/5 * * * *', onDrift: 'report', show: 'OutOfSync' },
    rollback: { dataLoss: 'hold', max: 20, mixed: 'refuse' },
    hazards: { allow: [], refuse: [], approve: [] },
    locks: { timeout: '2s', final: '60s' },
    scratch: { mode: 'auto' },
    bundle: { digest, migrations: 7, head: '7' },
  },
  status: STATUS,
};
