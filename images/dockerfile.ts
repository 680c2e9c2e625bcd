import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..');
export const DOCKERFILE = 'images/Dockerfile';
export const TARGETS = ['runner', 'plugin'] as const;

export type Target = (typeof TARGETS)[number];

/** What an image adds to its base, as images/Dockerfile says it. */
export interface ImageSpec {
  /** Paths of the repository, and where they go; what the build stage makes in /src is what `make build` makes here. */
  readonly copies: readonly { readonly from: string; readonly to: string }[];
  readonly environment: Readonly<Record<string, string>>;
  readonly uid: number;
  readonly gid: number;
  readonly entrypoint: readonly string[];
  /** Instructions of the stage that run something: there should be none. */
  readonly runs: readonly string[];
}

/** Reads the stage of a target. Throws for one without numeric user or entrypoint: neither may be the base's. */
export function readImage(target: Target): ImageSpec {
  const lines = stageOf(target, instructions(readFileSync(join(ROOT, DOCKERFILE), 'utf8')));
  const all = (name: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length).trim());
  const [user, group] = (all('USER').at(-1) ?? '').split(':').map(Number);
  const entrypoint = all('ENTRYPOINT').at(-1);
  if (user === undefined || group === undefined || Number.isNaN(user + group) || entrypoint === undefined)
    throw new Error(`${DOCKERFILE}: stage ${target} needs USER <uid>:<gid> and ENTRYPOINT`);
  return {
    copies: all('COPY').map(copyOf),
    environment: Object.fromEntries(all('ENV').map((pair) => pair.split('=', 2) as [string, string])),
    uid: user,
    gid: group,
    entrypoint: JSON.parse(entrypoint) as string[],
    runs: [...all('RUN'), ...all('ADD')],
  };
}

/** One a line, without comments, continued lines joined. */
function instructions(text: string): readonly string[] {
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

function stageOf(target: Target, lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => new RegExp(`^FROM .* AS ${target}$`).test(line));
  if (start < 0) throw new Error(`${DOCKERFILE}: no stage ${target}`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('FROM '));
  return end < 0 ? rest : rest.slice(0, end);
}

function copyOf(words: string): { readonly from: string; readonly to: string } {
  const parts = words.split(/\s+/);
  const built = parts[0] === '--from=build';
  const [from, to, more] = built ? parts.slice(1) : parts;
  if (from === undefined || to === undefined || more !== undefined || from.startsWith('--'))
    throw new Error(`${DOCKERFILE}: COPY ${words}: expected one path and where it goes`);
  return { from: built ? from.replace(/^\/src\//, '') : from, to };
}
