import type { Hazard, HazardCode } from '../api/api.ts';
import type { Catalog, CatalogObject, CatalogScope } from '../catalog/catalog.ts';

export type { Hazard, HazardCode };

/**
 * What an engine knows of turning one catalog into another: per kind of object, the statements that make, drop and
 * change it. plan/ compares, closes over what depends on what, and orders; it knows no SQL.
 */
export interface PlanRules {
  /** By kind. An object of a kind that is not here cannot be regenerated: a plan that would have to is refused. */
  readonly kinds: Readonly<Record<string, KindRules>>;
  /**
   * The statement that gives an object another name, with what it alone needs; undefined where there is none. `parts`: all of
   * what the object is part of.
   */
  rename?(
    before: CatalogObject,
    after: CatalogObject,
    parts: readonly CatalogObject[],
  ): Pick<Draft, 'sql' | 'first' | 'last'> | undefined;
  /** The objects of a new, empty database. */
  blank(server: Catalog['server'], scope: CatalogScope): readonly CatalogObject[];
  /** A statement as the server's own command-line client takes it from a file, with what ends it. */
  ended(sql: string): string;
  /** Settings of the session that a plan about objects of these kinds begins with. */
  prologue(kinds: ReadonlySet<string>): readonly string[];
}

export interface KindRules {
  /** Where it stands among what may come at the same time: made in this order, dropped in the reverse. */
  readonly weight: number;
  /** Made before all else and dropped after all else, without being asked whether something needs it. */
  readonly frame?: true;
  create(object: CatalogObject, context: RuleContext): Creation;
  drop(object: CatalogObject, context: RuleContext): readonly Draft[];
  /** Undefined: it can only be dropped and made again. */
  alter(alteration: Alteration, context: RuleContext): Alter | undefined;
  /** Its creation is part of its parent's, which is made now, too. */
  madeByParent?(object: CatalogObject, context: RuleContext): boolean;
  /** Its making, change or end is part of its parent's change, where that is there before and after. */
  changedByParent?(object: CatalogObject, context: RuleContext): boolean;
  /** Objects whose end is its end, besides its parent. */
  goesWith?(object: CatalogObject, context: RuleContext): readonly string[];
  /** Keys that it needs, besides `dependsOn`, its parent and its schema. `world`: its own side. */
  needs?(object: CatalogObject, world: World): readonly string[];
  /** Keys that it may need, as its text says; does not count where it would close a circle. */
  mayNeed?(object: CatalogObject, world: World): readonly string[];
  /** What only one object of a database can be called, e.g. `relation public.orders`. */
  names?(object: CatalogObject): readonly string[];
  /** Keys of the other side that cannot be told from it by who names it: they are made when it is gone. */
  rivals?(object: CatalogObject, other: World): readonly string[];
  /** Differences that none of the statements takes away, each in a sentence. `fates`: all that something happens to. */
  leaves?(context: RuleContext, fates: ReadonlyMap<string, Fate>): readonly string[];
  /** Objects whose parts would not stand in the order that is wanted. */
  misplaced?(context: RuleContext, fates: ReadonlyMap<string, Fate>): readonly string[];
  /** Those of an object's parts that have to be made anew, keeping what they hold, so that all do. */
  moves?(key: string, context: RuleContext): readonly string[];
  /** Why it cannot be made or dropped by SQL that we could write; undefined: it can. */
  refusal?(object: CatalogObject, context: RuleContext): string | undefined;
}

export interface Creation {
  /** Absent: nothing has to be done for it to be there. */
  readonly main?: Draft | readonly Draft[];
  /** Comments, grants and the like, in this order. */
  readonly parts: readonly Draft[];
}

/** What happened to something that an object needs. */
export interface Disturbance {
  readonly key: string;
  /** `again`: dropped and made again; `moved`: another one takes its name; `altered`: changed in a way that hinders its dependents. */
  readonly how: 'again' | 'moved' | 'altered';
}

export interface Alteration {
  readonly before: CatalogObject;
  readonly after: CatalogObject;
  /** Names of the properties that differ; may be empty where only something that it needs was disturbed. */
  readonly changed: ReadonlySet<string>;
  /** What it needs on both sides and finds disturbed. */
  readonly disturbed: readonly Disturbance[];
}

export interface Alter {
  readonly statements: readonly Draft[];
  /** Those that need it stand in the way: each is asked what it does about that. */
  readonly disturbs?: 'altered' | 'moved';
  /** Differences that are left, each in a sentence. */
  readonly left?: readonly string[];
}

/** One statement, not yet in its place. */
export interface Draft {
  readonly sql: string;
  /** Statements right before and after it: settings that it alone needs. */
  readonly first?: readonly string[];
  readonly last?: readonly string[];
  /**
   * `release`: gives up what only the old object needs, and waits for nothing that the new one needs.
   * `part`: nobody who needs the object waits for it. `finish`: after all that needed the object has changed, too.
   */
  readonly stage?: 'release' | 'part' | 'finish';
  /** Keys that it needs; for `part` statements the only ones besides its own object. */
  readonly needs?: readonly string[];
  /** For `release`: the keys that it gives up; absent: all that only the old object needs. */
  readonly frees?: readonly string[];
  /** A point that `needs` of others may name, besides keys of objects. */
  readonly gives?: string;
  /** Keys whose end waits for this statement. */
  readonly before?: readonly string[];
  /** Keys that the object needs for this statement only. */
  readonly defers?: readonly string[];
  /** False: the server refuses it in a transaction block. */
  readonly transactional?: false;
  readonly hazards?: readonly Hazard[];
}

/** One side's objects. */
export interface World {
  readonly objects: ReadonlyMap<string, CatalogObject>;
  readonly major: number;
  /** Those that have this key as their parent, in the order of the catalog. */
  children(key: string): readonly CatalogObject[];
  /** All of a kind. */
  kinds(kind: string): readonly CatalogObject[];
}

export type Fate = 'kept' | 'created' | 'dropped' | 'altered' | 'again' | 'absent';

export interface RuleContext {
  readonly before: World;
  readonly after: World;
  /** Forms that let others work meanwhile, at the price of transactions. */
  readonly online: boolean;
  fate(key: string): Fate;
  /** It is made anew for its place among its siblings, and keeps what it holds. */
  moves(key: string): boolean;
  /** It would need, as a whole, what needs it: made in parts. */
  apart(key: string): boolean;
}
