import { MooringError } from '../api/api.ts';
import { compareVersions } from './version.ts';

/**
 * File names for a new migration and its undo: a 14-digit UTC timestamp, or the next number, padded alike, where the
 * newest of the existing files has a short or dotted one. Always after all existing versions.
 * `existing` are file names; throws `usage` for a description without letters or digits.
 */
export function nextMigrationName(
  existing: readonly string[],
  description: string,
  now: Date,
): { readonly migration: string; readonly undo: string } {
  const versions = existing.flatMap((name) => /^(\d+(?:\.\d+)*)_.+\.sql$/.exec(name)?.[1] ?? []);
  const newest = versions.sort(compareVersions).at(-1);
  const base = `${nextVersion(newest, now)}_${slug(description)}`;
  return { migration: `${base}.sql`, undo: `${base}.undo.sql` };
}

function nextVersion(newest: string | undefined, now: Date): string {
  const timestamp = now.toISOString().slice(0, 19).replace(/\D/g, '');
  if (newest === undefined) return timestamp;
  // Seven digits are no date yet.
  const counted = newest.includes('.') || newest.length < 8;
  return counted || compareVersions(newest, timestamp) >= 0 ? increment(newest) : timestamp;
}

/** The last component plus one. */
function increment(version: string): string {
  const parts = version.split('.');
  const last = parts.pop() ?? '0';
  return [...parts, String(BigInt(last) + 1n).padStart(last.length, '0')].join('.');
}

function slug(description: string): string {
  const words = description
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  if (words === null) {
    throw new MooringError('usage', `"${description}" is no description: expected some letters or digits.`, {
      hint: 'Write for example: mooring new "add orders"',
    });
  }
  return [...words.join('_')].slice(0, 80).join('').replace(/_$/, '');
}
