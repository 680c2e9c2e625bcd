import type { Change } from '../api/api.ts';
import { type Catalog, commonGround, compareCatalogs } from '../catalog/catalog.ts';
import type { Hazard, PlanRules } from '../engines/engines.ts';
import { edgesOf } from './edges.ts';
import { Fates } from './fates.ts';
import { type Ordered, orderOf } from './order.ts';
import { refusalsOf } from './refusals.ts';
import { type StepList, stepsOf } from './steps.ts';
import { worldOf } from './world.ts';

export { dumpOf } from './dump.ts';
/** Ordered statements from one catalog to another. */
export interface Plan {
  readonly changes: readonly Change[];
  /** Empty where anything is refused: half a plan leads nowhere. */
  readonly statements: readonly PlannedStatement[];
  readonly refused: readonly Refusal[];
  /** Differences that stay, each in a sentence. */
  readonly left: readonly string[];
  /** Tables that `reorder` would have to name for their columns to stand in the order that is wanted. */
  readonly misplaced: readonly string[];
}

export interface PlannedStatement {
  readonly sql: string;
  readonly object: string;
  /** It runs in a transaction block. */
  readonly transactional: boolean;
  readonly hazards: readonly Hazard[];
}

/** An object that no SQL of ours can make, drop or change. */
export interface Refusal {
  readonly object: string;
  readonly why: string;
}

export interface PlanOptions {
  /** Forms that let others work meanwhile and need statements outside of transactions; default false. */
  readonly online?: boolean;
  /** Tables whose columns may be made anew, with what they hold, so that they stand in the order that is wanted. */
  readonly reorder?: ReadonlySet<string>;
}

/**
 * The statements that make of `before` what `after` is. Pure: the same catalogs give the same bytes. What cannot be done
 * is told in `refused`, never guessed.
 */
export function planBetween(
  before: Catalog,
  after: Catalog,
  rules: PlanRules,
  options: PlanOptions = {},
): Plan {
  const changes = compareCatalogs(before, after);
  const ground = commonGround(before, after);
  const [from, to] = [worldOf(ground.before, before.server.major), worldOf(ground.after, after.server.major)];
  const apart = new Set<string>();
  const fates = new Fates(ground, from, to, rules, {
    online: options.online ?? false,
    reorder: options.reorder ?? new Set(),
    apart: (key) => apart.has(key),
  });
  const refused = refusalsOf(fates, rules);
  const left = leftBy(fates, rules);
  const misplaced = misplacedBy(fates, rules);
  const told = { changes, left, misplaced };
  if (refused.length > 0) return { ...told, statements: [], refused };
  for (;;) {
    const list = stepsOf(fates, rules);
    const ordered = orderOf(list.steps, edgesOf(list, fates, rules));
    if ('order' in ordered) return { ...told, statements: statementsOf(list, ordered.order, rules), refused };
    const more = toTakeApart(ordered, list, fates, apart);
    if (more.length === 0) return { ...told, statements: [], refused: [circular(ordered)] };
    for (const key of more) apart.add(key);
  }
}

function misplacedBy(fates: Fates, rules: PlanRules): readonly string[] {
  const kinds = Object.values(rules.kinds);
  return kinds.flatMap((kind) => kind.misplaced?.(fates.context, fates.entries) ?? []);
}

function leftBy(fates: Fates, rules: PlanRules): readonly string[] {
  const left = [...fates.alters].flatMap(([, alter]) => alter.left ?? []);
  for (const kind of Object.values(rules.kinds))
    left.push(...(kind.leaves?.(fates.context, fates.entries) ?? []));
  return [...new Set(left)].sort();
}

function statementsOf(
  list: StepList,
  order: readonly number[],
  rules: PlanRules,
): readonly PlannedStatement[] {
  const statements = order.flatMap((at) => {
    const step = list.steps[at];
    if (step === undefined || step.draft.sql === '') return [];
    const { sql, first = [], last = [], hazards = [], transactional = true } = step.draft;
    const plain = (text: string) => ({ sql: text, object: step.key, transactional, hazards: [] });
    return [...first.map(plain), { sql, object: step.key, transactional, hazards }, ...last.map(plain)];
  });
  if (statements.length === 0) return [];
  const kinds = new Set(list.steps.map(({ key }) => key.slice(0, key.indexOf(' '))));
  return [
    ...rules.prologue(kinds).map((sql) => ({ sql, object: '', transactional: true, hazards: [] })),
    ...statements,
  ];
}

/** Kinds that can be made in parts, those first that lose least by it. */
const DIVISIBLE = ['constraint', 'column', 'view', 'function', 'procedure'];

/** Objects on the circle that were one statement with another, or can be made in two. */
function toTakeApart(
  { circle }: Extract<Ordered, { circle: unknown }>,
  list: StepList,
  fates: Fates,
  apart: ReadonlySet<string>,
): readonly string[] {
  const keys = [...new Set(circle.flatMap((edge) => edge.keys))].filter((key) => !apart.has(key)).sort();
  const { objects: before } = fates.sides.before;
  const { objects: after } = fates.sides.after;
  for (const kind of DIVISIBLE) {
    const found = keys.filter((key) => {
      if ((after.get(key) ?? before.get(key))?.kind !== kind) return false;
      return kind === 'view' || kind === 'function' || kind === 'procedure' || list.folded.has(key);
    });
    if (found.length > 0) return found;
  }
  return [];
}

function circular({ circle }: Extract<Ordered, { circle: unknown }>): Refusal {
  const keys = [...new Set(circle.flatMap((edge) => edge.keys))].sort();
  return {
    object: keys[0] ?? '',
    why: `these need each other, and none can be made in parts: ${keys.join(', ')}`,
  };
}
