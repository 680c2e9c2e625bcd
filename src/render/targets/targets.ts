import { MooringError } from '../../api/api.ts';
import type { Target } from '../target.ts';
import { argocd } from './argocd.ts';

/** Every target that there is. */
const TARGETS: readonly Target[] = [argocd];

/** Names that are known, those that are not built yet included. */
export const targetNames: readonly string[] = [...TARGETS.map(({ name }) => name), 'flux'];

/** The target of that name. Throws `not-supported` for one that is not built yet, `usage` for any other. */
export function targetNamed(name: string): Target {
  const found = TARGETS.find((target) => target.name === name);
  if (found !== undefined) return found;
  const known = TARGETS.map((target) => target.name).join(', ');
  if (targetNames.includes(name)) {
    throw new MooringError('not-supported', `The target ${name} is not built yet: expected ${known}.`, {
      hint: `Write --target ${known}.`,
    });
  }
  throw new MooringError('usage', `There is no target ${JSON.stringify(name)}: expected ${known}.`, {
    hint: `Write --target ${known}.`,
  });
}
