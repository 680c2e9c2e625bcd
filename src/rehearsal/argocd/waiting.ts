import { longTitleOf } from '../cluster/object.ts';
import type { Task } from './task.ts';

/** What an operation that goes on says of what it waits for. */
export function waitingFor(tasks: readonly Task[], isDeletion: boolean): string {
  const hooks = tasks.filter((task) => task.hook);
  const first = hooks[0] ?? tasks[0];
  if (first === undefined) return '';
  const reason = isDeletion
    ? `deletion of${hooks.length > 0 ? ' hook' : ''}`
    : hooks.length > 0
      ? 'completion of hook'
      : 'healthy state of';
  const more = tasks.length - 1;
  const what = hooks.length === tasks.length ? 'hooks' : 'resources';
  return `waiting for ${reason} ${longTitleOf(first.ref)}${more > 0 ? ` and ${more} more ${what}` : ''}`;
}
