import { type CatalogScope, type IgnoreTest, ignoreTest, type Json } from '../../../catalog/catalog.ts';
import type { Flavor } from '../flavor.ts';

/** An object while its texts are read. */
export interface Draft {
  readonly kind: string;
  readonly identity: string;
  readonly parent?: string;
  readonly properties: Record<string, Json>;
  dependsOn: readonly string[];
}

/** Shared by all that depend on nothing. */
export const NOTHING: readonly string[] = [];

/** One definition between the commas of a table's parentheses, and what was made of it. */
export interface Read {
  readonly text: string;
  readonly draft: Draft | undefined;
}

/**
 * Where the text that we would write for a table says something else than the server's: the two texts, in a sentence.
 * `rest`: what stands after the parentheses. `collations`: the default one of each character set.
 */
export type TableProof = (
  table: Draft,
  parts: readonly Read[],
  rest: string,
  collations: ReadonlyMap<string, string>,
) => string | undefined;

/** One read in progress: what has been made of the server's texts so far. */
export class Reading {
  readonly proof: TableProof;
  readonly flavor: Flavor;
  readonly scope: CatalogScope;
  readonly drafts = new Map<string, Draft>();
  /** Default collation of each character set. */
  readonly defaultCollations = new Map<string, string>();
  readonly #ignored: IgnoreTest;
  readonly #ignores: boolean;
  readonly #ranks = new Map<string, number>();
  readonly #indexes = new Map<string, Draft[]>();

  constructor(flavor: Flavor, scope: CatalogScope, proof: TableProof) {
    this.proof = proof;
    this.flavor = flavor;
    this.scope = scope;
    this.#ignored = ignoreTest(scope.ignore);
    this.#ignores = scope.ignore.length > 0;
  }

  includes(what: 'privileges' | 'owners'): boolean {
    return this.scope.include.includes(what);
  }

  /** Adds an object, unless it or its parent is ignored. */
  add(draft: Draft): Draft | undefined {
    const key = `${draft.kind} ${draft.identity}`;
    if (this.#ignores && this.#ignored(key)) return undefined;
    if (draft.parent !== undefined && !this.drafts.has(draft.parent)) return undefined;
    this.drafts.set(key, draft);
    if (draft.kind === 'index') this.#indexes.set(draft.parent ?? '', [...this.indexes(draft.parent), draft]);
    return draft;
  }

  /** Of the table with this key. */
  indexes(table: string | undefined): readonly Draft[] {
    return this.#indexes.get(table ?? '') ?? [];
  }

  /** Places are given from 1, without gaps, in the order of asking. */
  nextRank(family: string): number {
    const rank = (this.#ranks.get(family) ?? 0) + 1;
    this.#ranks.set(family, rank);
    return rank;
  }
}

/** Sets a property unless it is the default, undefined. */
export function put(properties: Record<string, Json>, name: string, value: Json | undefined): void {
  if (value !== undefined && value !== null && value !== '') properties[name] = value;
}
