import { STATUS_LIMITS } from '../api/api.ts';

/** A message as one line of a status: without the excerpt of a file below it, and not too long. */
export function oneLine(text: string, limit: number = STATUS_LIMITS.message): string {
  const [first = '', ...rest] = text.trim().split('\n');
  const line = (first.endsWith(':') ? [first, ...rest.map((each) => each.trim())] : [first])
    .join(' ')
    .replace(/\s+/g, ' ')
    .replace(': - ', ': ')
    .trim();
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}

/** The first of several names, and how many more there are. */
export function someOf(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).join(', ');
  return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
}
