import { MooringError } from '../../api/api.ts';
import { nearest } from '../../definition/definition.ts';
import type { Format } from '../format.ts';
import { mooring } from './mooring.ts';

const FORMATS: readonly Format[] = [mooring];

/** The format of that name. Throws `not-supported` naming those that there are. */
export function formatNamed(name: string): Format {
  const found = FORMATS.find((format) => format.name === name);
  if (found !== undefined) return found;
  const known = FORMATS.map((format) => format.name);
  const meant = nearest(name, known) ?? (known.length === 1 ? known[0] : undefined);
  throw new MooringError(
    'not-supported',
    `spec.migrations.format is "${name}": expected ${known.length === 1 ? '' : 'one of '}${known.join(', ')}.`,
    { hint: meant === undefined ? '' : `Set spec.migrations.format: ${meant}.` },
  );
}
