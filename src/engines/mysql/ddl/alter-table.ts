import { type CatalogObject, keyOf } from '../../../catalog/catalog.ts';
import type { Alteration, Hazard, RuleContext } from '../../rules.ts';
import type { Flavor } from '../flavor.ts';
import { columnText } from './column-text.ts';
import { changedByParent, constraintText, dropConstraintText, remadeIndexes } from './constraints.ts';
import { hazard } from './hazards.ts';
import { dropIndexText, indexText } from './indexes.ts';
import {
  addCost,
  algorithmOf,
  type Cost,
  costHazards,
  dearest,
  dropCost,
  indexCost,
  isOrdinary,
  modifyCost,
} from './online.ts';
import { optionTexts } from './options.ts';
import { periodText } from './periods.ts';
import { columnName, columnsOf, nameIn } from './text.ts';

/** What one ALTER TABLE does. */
export interface Statement {
  readonly clauses: readonly string[];
  readonly hazards: readonly Hazard[];
}

/** What happens to a table and its parts. */
export interface Clauses {
  /** Those that the server wants done in a statement before. */
  readonly ahead: readonly string[];
  /** One, or two where the server would write the table anew for what it can do apart without. */
  readonly statements: readonly Statement[];
  /** Those that follow in a statement of their own. */
  readonly later: readonly string[];
}

/** The clauses of as few ALTER TABLE as may be: all that happens to a table and its parts, but for what needs a statement of its own. */
export function clausesOf(alteration: Alteration, flavor: Flavor, context: RuleContext): Clauses {
  const { before, after } = alteration;
  const list = new ClauseList(before, after, context, flavor);
  list.drops();
  list.columns();
  list.adds();
  list.versioning();
  const options = optionTexts(before, after).map((clause): Clause => {
    const cost = OPTION_COSTS.find(([is]) => is.test(clause))?.[1];
    return { clause, ...(cost === undefined ? {} : { cost }), hazards: [] };
  });
  const clauses = [...list.clauses, ...options];
  const ordinary = isOrdinary(before, context);
  const statements = groupsOf(clauses, ordinary).map((group): Statement => {
    const cost = dearest(group.map((each) => each.cost));
    return {
      clauses: [...group.map(({ clause }) => clause), ...algorithmOf(cost, before, context)],
      hazards: [...group.flatMap(({ hazards }) => hazards), ...costHazards(cost, after, ordinary)],
    };
  });
  return { ahead: list.ahead, statements, later: list.later };
}

/** Clauses that cost little know nothing of each other, so they may come apart. */
function groupsOf(clauses: readonly Clause[], ordinary: boolean): readonly (readonly Clause[])[] {
  const [instant, rest] = [true, false].map((is) =>
    clauses.filter(({ cost }) => (cost === 'instant') === is),
  ) as [Clause[], Clause[]];
  const isDear = ordinary && dearest(clauses.map(({ cost }) => cost)) === 'rebuild';
  const apart = isDear && dearest(rest.map(({ cost }) => cost)) === 'inplace';
  return (apart ? [instant, rest] : [clauses]).filter((group) => group.length > 0);
}

interface Clause {
  readonly clause: string;
  /** Where it is known. */
  readonly cost?: Cost;
  readonly hazards: readonly Hazard[];
}

const OPTION_COSTS: readonly (readonly [RegExp, Cost])[] = [
  [/^COMMENT=/, 'inplace'],
  [/^DEFAULT COLLATE=/, 'inplace'],
  [/^ENGINE=/, 'copy'],
];

class ClauseList {
  readonly ahead: string[] = [];
  readonly clauses: Clause[] = [];
  /** Those that follow in a statement of their own. */
  readonly later: string[] = [];
  readonly #before: CatalogObject;
  readonly #after: CatalogObject;
  readonly #context: RuleContext;
  readonly #flavor: Flavor;

  constructor(before: CatalogObject, after: CatalogObject, context: RuleContext, flavor: Flavor) {
    this.#before = before;
    this.#after = after;
    this.#context = context;
    this.#flavor = flavor;
  }

  /** What goes, or is made again: constraints first, for they hold indexes and columns. */
  drops(): void {
    for (const child of this.#childrenOf('before', 'constraint', 'dropped', 'again'))
      this.#say(dropConstraintText(child), child.properties.references === undefined ? undefined : 'inplace');
    for (const child of this.#childrenOf('before', 'index', 'dropped', 'again', ...this.#remade()))
      if (this.#goesAhead(child)) this.ahead.push(dropIndexText(child));
      else this.#say(dropIndexText(child), indexCost(child, this.#context));
    for (const period of this.#periods(this.#before, this.#after))
      this.#say(`DROP ${periodText(period).replace(/ \(.*$/s, '')}`);
    for (const child of this.#childrenOf('before', 'column', 'dropped', 'again')) {
      const again = this.#context.fate(keyOf(child)) === 'again';
      this.#say(`DROP COLUMN ${columnName(child)}`, again ? undefined : dropCost(child, this.#context), [
        hazard('data-loss', child, 'all values of the column'),
      ]);
    }
  }

  /** In their order, so that AFTER names what stands there already. */
  columns(): void {
    const moved = movedOf(this.#before, this.#after, this.#context);
    let last = 'FIRST';
    for (const column of columnsOf(this.#context.after.children(keyOf(this.#after)))) {
      const key = keyOf(column);
      const fate = this.#context.fate(key);
      const place = moved.has(key) ? ` ${last}` : '';
      if (fate === 'created' || fate === 'again') this.#add(column, last);
      else if (place !== '' || this.#differs(column))
        this.#say(
          `MODIFY COLUMN ${columnText(column, this.#after)}${place}`,
          modifyCost(this.#context.before.objects.get(key), column, place !== ''),
        );
      if (column.properties.noDefault === true && (fate !== 'kept' || place !== ''))
        this.later.push(`ALTER COLUMN ${columnName(column)} DROP DEFAULT`);
      last = `AFTER ${columnName(column)}`;
    }
  }

  /** A default that a replica might compute otherwise is refused where rows would get it: it is set for new rows. */
  #add(column: CatalogObject, place: string): void {
    const fallback = String(column.properties.default ?? '');
    const unsafe = this.#flavor.unsafeDefault.test(fallback);
    const { default: _, ...rest } = column.properties;
    const made = unsafe ? { ...column, properties: rest } : column;
    const again = this.#context.fate(keyOf(column)) === 'again';
    this.#say(`ADD COLUMN ${columnText(made, this.#after)} ${place}`, again ? undefined : addCost(made));
    if (unsafe) this.later.push(`ALTER COLUMN ${columnName(column)} SET DEFAULT ${fallback}`);
  }

  adds(): void {
    for (const period of this.#periods(this.#after, this.#before)) this.#say(`ADD ${periodText(period)}`);
    for (const child of this.#childrenOf('after', 'index', 'created', 'again', ...this.#remade()))
      this.#index(child);
    for (const child of this.#childrenOf('after', 'index', 'altered')) {
      const [hidden, shown] = this.#flavor.hiddenIndex;
      this.#say(`ALTER INDEX ${nameIn(child)} ${child.properties.invisible === true ? hidden : shown}`);
    }
    for (const child of this.#childrenOf('after', 'constraint', 'created', 'again'))
      for (const clause of [
        `ADD ${constraintText(child)}`,
        ...remadeIndexes(child, this.#flavor, this.#context),
      ])
        this.#say(clause);
    for (const child of this.#childrenOf('after', 'constraint', 'altered'))
      this.#say(
        `ALTER CHECK ${nameIn(child)} ${child.properties.enforced === false ? 'NOT ENFORCED' : 'ENFORCED'}`,
      );
  }

  versioning(): void {
    const [was, is] = [this.#before, this.#after].map(
      ({ properties }) => properties.systemVersioning === true,
    );
    const lost =
      was === true && is !== true
        ? [hazard('data-loss', this.#after, 'all earlier versions of the rows')]
        : [];
    if (was !== is) this.#say(`${is === true ? 'ADD' : 'DROP'} SYSTEM VERSIONING`, undefined, lost);
  }

  /**
   * A spatial index must be gone before the reference system of its column may change, and the server takes a full-text
   * index that differs by its parser for the same.
   */
  #goesAhead(index: CatalogObject): boolean {
    if (index.properties.type === 'fulltext') return this.#context.fate(keyOf(index)) === 'again';
    if (index.properties.type !== 'spatial') return false;
    const [column = ''] = index.properties.columns as readonly string[];
    const key = `column ${this.#after.identity}.${column}`;
    const { before, after } = this.#context;
    return before.objects.get(key)?.properties.srid !== after.objects.get(key)?.properties.srid;
  }

  /** Indexes keep the block size that the table had when they were made. */
  #remade(): readonly string[] {
    const sizes = [this.#before, this.#after].map(
      ({ properties }) => (properties.options as { KEY_BLOCK_SIZE?: string } | undefined)?.KEY_BLOCK_SIZE,
    );
    return sizes[0] === sizes[1] ? [] : ['kept'];
  }

  #index(index: CatalogObject): void {
    const fails =
      index.properties.unique === true
        ? [hazard('fails-on-rows', index, 'rows that have the same values')]
        : [];
    this.#say(`ADD ${indexText(index, this.#flavor)}`, indexCost(index, this.#context), fails);
  }

  #say(clause: string, cost?: Cost, hazards: readonly Hazard[] = []): void {
    this.clauses.push({ clause, ...(cost === undefined ? {} : { cost }), hazards });
  }

  /** A column that is altered, but not for the place alone. */
  #differs(column: CatalogObject): boolean {
    const was = this.#context.before.objects.get(keyOf(column));
    if (was === undefined) return false;
    return (
      columnText(was, this.#after) !== columnText(column, this.#after) ||
      was.properties.collation !== column.properties.collation ||
      was.properties.noDefault !== column.properties.noDefault
    );
  }

  #periods(here: CatalogObject, there: CatalogObject): readonly string[] {
    const of = ({ properties }: CatalogObject) => (properties.periods ?? []) as readonly string[];
    return of(here).filter((period) => !of(there).includes(period));
  }

  #childrenOf(side: 'before' | 'after', kind: string, ...fates: readonly string[]): readonly CatalogObject[] {
    const { fate } = this.#context;
    return this.#context[side].children(keyOf(this.#after)).filter((child) => {
      const key = keyOf(child);
      if (child.kind !== kind || !fates.includes(fate(key))) return false;
      return kind !== 'constraint' || changedByParent(child, this.#context);
    });
  }
}

/** Columns that do not keep their place among those that stay: all but a longest run that does. */
function movedOf(before: CatalogObject, after: CatalogObject, context: RuleContext): ReadonlySet<string> {
  const stays = (column: CatalogObject): boolean => ['kept', 'altered'].includes(context.fate(keyOf(column)));
  const old = columnsOf(context.before.children(keyOf(before)))
    .filter(stays)
    .map(keyOf);
  const now = columnsOf(context.after.children(keyOf(after)))
    .filter(stays)
    .map(keyOf);
  const kept = longestRun(now.map((key) => old.indexOf(key)));
  return new Set(now.filter((_, at) => !kept.has(at)));
}

/** Places in the list of a longest ascending subsequence. */
function longestRun(numbers: readonly number[]): ReadonlySet<number> {
  const length: number[] = [];
  const from: number[] = [];
  let best = -1;
  numbers.forEach((number, at) => {
    length[at] = 1;
    from[at] = -1;
    for (let other = 0; other < at; other += 1) {
      if ((numbers[other] ?? 0) < number && (length[other] ?? 0) + 1 > (length[at] ?? 0)) {
        length[at] = (length[other] ?? 0) + 1;
        from[at] = other;
      }
    }
    if (best < 0 || (length[at] ?? 0) > (length[best] ?? 0)) best = at;
  });
  const run = new Set<number>();
  for (let at = best; at >= 0; at = from[at] ?? -1) run.add(at);
  return run;
}
