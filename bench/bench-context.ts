import type { PostgresServer } from '../test/support/postgres-server.ts';

/** What the topics share. */
export interface BenchContext {
  /** Durability as by default; of the version that the pg_dump of this machine reads, if there is one. */
  readonly server: PostgresServer;
  /** For files; removed at the end. */
  readonly folder: string;
  /** The bare program: connect, SELECT 1. */
  readonly selectOne: string;
  /** Tiny sizes and two runs: to see whether the benchmark itself works. */
  readonly quick: boolean;
  /** How often each is run: what takes 0.1 s, 1 s, and longer. */
  readonly runs: { readonly short: number; readonly middle: number; readonly long: number };
}
