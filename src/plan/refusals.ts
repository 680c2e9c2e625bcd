import type { PlanRules } from '../engines/engines.ts';
import type { Refusal } from './between.ts';
import type { Fates } from './fates.ts';

/** What would have to be made, dropped or changed and cannot be regenerated. */
export function refusalsOf(fates: Fates, rules: PlanRules): readonly Refusal[] {
  const refused: Refusal[] = [];
  for (const [key, fate] of fates.entries) {
    const { before, after } = fates.sides;
    const object = after.objects.get(key) ?? before.objects.get(key);
    if (object === undefined || fate === 'kept') continue;
    const kind = rules.kinds[object.kind];
    const why =
      kind === undefined
        ? `objects of the kind ${object.kind} cannot be regenerated`
        : kind.refusal?.(object, fates.context);
    if (why !== undefined) refused.push({ object: key, why });
  }
  return refused.sort((a, b) => (a.object < b.object ? -1 : 1));
}
