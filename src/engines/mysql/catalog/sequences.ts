import type { Json } from '../../../catalog/catalog.ts';
import { spelled } from './names.ts';
import { NOTHING, type Reading } from './reading.ts';

/** A sequence without its value: `CREATE SEQUENCE name start with … ENGINE=…` (MariaDB). */
export function takeSequence(name: string, create: string, reading: Reading): void {
  const text = create.replace(/^CREATE SEQUENCE `(?:[^`]|``)*`\s*/, '');
  const properties: Record<string, Json> = {};
  let rest = text;
  for (const [property, pattern] of PARTS) {
    const found = pattern.exec(rest);
    if (found === null) continue;
    // Numbers of 64 bits stay text: JSON numbers would lose digits.
    properties[property] = found[1] ?? true;
    rest = rest.replace(pattern, ' ');
  }
  const other = rest
    .replace(/\bno(?:cycle|cache)\b|\s+/g, ' ')
    .trim()
    .replace(/\s+/g, ' ');
  if (other !== '') properties.options = other;
  reading.add({ kind: 'sequence', identity: spelled(name), properties, dependsOn: NOTHING });
}

const PARTS: readonly (readonly [property: string, pattern: RegExp])[] = [
  ['type', /\bas ([a-z]+(?: unsigned)?)\b/],
  ['start', /\bstart with (-?\d+)/],
  ['min', /\bminvalue (-?\d+)/],
  ['max', /\bmaxvalue (-?\d+)/],
  ['increment', /\bincrement by (-?\d+)/],
  ['cache', /\bcache (\d+)/],
  ['cycle', /(?<!no)\bcycle\b/],
  ['engine', /\bENGINE=(\w+)/],
];
