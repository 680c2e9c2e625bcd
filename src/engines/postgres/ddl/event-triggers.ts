import { plainRules } from './plain.ts';
import { listOf, quoted, textOf } from './text.ts';
import { STATE } from './triggers.ts';

/** Last of all, and gone before all else: it would see what the plan does. */
export const eventTriggers = plainRules({
  weight: 100,
  named: ({ identity }) => `EVENT TRIGGER ${identity}`,
  create(trigger) {
    const tags = listOf(trigger, 'tags').map(quoted).join(', ');
    return `CREATE EVENT TRIGGER ${trigger.identity} ON ${textOf(trigger, 'event')}${tags === '' ? '' : ` WHEN TAG IN (${tags})`} EXECUTE FUNCTION ${textOf(trigger, 'function')}()`;
  },
  parts(before, after) {
    const [was, is] = [before && textOf(before, 'enabled'), textOf(after, 'enabled')];
    return was === is
      ? []
      : [{ sql: `ALTER EVENT TRIGGER ${after.identity} ${STATE[is ?? ''] ?? 'ENABLE'}`, stage: 'part' }];
  },
  alter: ({ changed }) => (['event', 'function', 'tags'].some((name) => changed.has(name)) ? undefined : []),
});
