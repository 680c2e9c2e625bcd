import type { Directives, Statement } from '../sql/sql.ts';

export type { Directives };

/** A file of the schema directory, read once. */
export interface SourceFile {
  /** Relative to the schema directory, `/` between parts. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A step forward with an opaque id, in an order that its format gives. */
export interface Migration {
  /** The history's key. For the native format the version as written, or `R_<name>`. */
  readonly id: string;
  /** Absent for repeatables. */
  readonly version?: string;
  readonly description: string;
  /** Position among the migrations of its bundle, from 0. */
  readonly order: number;
  readonly phase: 'expand' | 'contract';
  readonly repeat: 'once' | 'onChange' | 'always';
  /** `t1:` and 64 hex digits. Reading it reads the file's SQL, and throws what is wrong with that. */
  readonly checksum: string;
  readonly script: Script;
  readonly undo?: Undo;
  /** Ids that this migration stands for (`-- mooring: replaces …`). */
  readonly replaces: readonly string[];
  /** Mode declarative: what the schema is to be, file by file; the statements that lead there, a plan finds. */
  readonly desired?: readonly Script[];
}

/** SQL of one file and how it is to be run. */
export interface Script {
  /** Path relative to the schema directory. */
  readonly file: string;
  /** The whole text, so that errors can show a line and so that an undo can be stored. */
  readonly text: string;
  /** Sha256 of the file's bytes, hex. */
  readonly sha256: string;
  /** Read when first asked for; throws then what is wrong with the SQL. */
  readonly steps: readonly Step[];
  /** `t1:` and 64 hex digits over its tokens; as `steps`. */
  readonly checksum: string;
  readonly directives: Directives;
}

export type Step =
  | { readonly type: 'sql'; readonly statement: Statement }
  /** Rendered by the engine at run time. */
  | { readonly type: 'change'; readonly change: unknown }
  /** Must hold before the steps after it run. */
  | { readonly type: 'guard'; readonly sql: string; readonly message: string };

/** What takes one migration back. */
export interface Undo {
  readonly script: Script;
}
