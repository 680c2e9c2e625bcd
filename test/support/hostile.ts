import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

declare module 'vitest' {
  interface TaskMeta {
    /** Repositories that were tried, and how many of them were refused without a manifest. */
    hostile?: { tried: number; refused: number };
  }
}

/**
 * A repository in one file: what it shows (`#`), then `expect: <error code>` or `expect: renders`, `env: NAME=VALUE`,
 * `spec: …` (a line of the definition's spec), then entries. `@OUTSIDE@` is a folder beside the repository.
 *
 *     -- path --                       a file; the text up to the next entry (a path in double quotes is JSON)
 *     -- path -> target --             a symbolic link
 *     -- path | base64 --              bytes
 *     -- path | fifo|socket|folder --
 *     -- path | bytes 100 --           so many NUL bytes, which take no room
 *     -- path | repeat 3 "ab" --       ababab
 *     -- path | wrap "<" 3 "a" ">" --  <aaa>
 *     -- path | lines 3 "k%d: v" --    a line for each number
 *     -- d%d/x | times 3 100 --        three files of 100 bytes
 *     -- d%d/x | copies 3 --           three files of the text, %d in it being the number
 *     -- bare --                       no mooring.yaml and no migration but those that are here
 */
export interface Repository {
  readonly name: string;
  readonly expect: string;
  readonly env: Readonly<Record<string, string>>;
  /** Writes it; gives back what is to be done when it is no longer needed. */
  write(folder: string): Promise<() => void>;
}

const DEFINITION = `apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata: {name: orders}
spec:
  engine: postgres
  connection: {urlFrom: {secretKeyRef: {name: orders-db, key: url}}}
`;

export function parseRepository(name: string, text: string, outside: string): Repository {
  const [head = '', ...parts] = text.replaceAll('@OUTSIDE@', outside).split(/^-- (?=.* --$)/m);
  const values = (key: string): readonly string[] =>
    head.split('\n').flatMap((line) => (line.startsWith(`${key}: `) ? [line.slice(key.length + 2)] : []));
  const entries = parts.map((part) => {
    const end = part.indexOf(' --\n');
    return {
      what: part.slice(0, end < 0 ? part.lastIndexOf(' --') : end),
      body: end < 0 ? '' : part.slice(end + 4),
    };
  });
  return {
    name,
    expect: values('expect')[0] ?? '',
    env: Object.fromEntries(
      values('env').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
    write: async (folder) => {
      const bare = entries.some(({ what }) => what === 'bare');
      const has = (path: string) => entries.some(({ what }) => what.replace(/^"/, '').startsWith(path));
      if (!bare && !has('mooring.yaml')) {
        writeFileSync(
          join(folder, 'mooring.yaml'),
          DEFINITION +
            values('spec')
              .map((line) => `  ${line}\n`)
              .join(''),
        );
      }
      if (!bare && !has('migrations')) put(folder, 'migrations/1_a.sql', 'SELECT 1;\n');
      if (!bare && has('migrations/2') && !has('migrations/1'))
        put(folder, 'migrations/1_a.sql', 'SELECT 1;\n');
      const after: (() => void)[] = [];
      for (const { what, body } of entries)
        if (what !== 'bare') after.push(await writeEntry(folder, what, body));
      return () => {
        for (const each of after) each();
      };
    },
  };
}

async function writeEntry(folder: string, what: string, body: string): Promise<() => void> {
  const [, link, target] = /^(.*) -> (.*)$/s.exec(what) ?? [];
  if (link !== undefined && target !== undefined) {
    mkdirSync(dirname(join(folder, link)), { recursive: true });
    symlinkSync(target, join(folder, link));
    return () => {};
  }
  const [, named = what, kind = 'text', rest = ''] = /^(.*?) \| (\w+) ?(.*)$/s.exec(what) ?? [];
  const path = named.startsWith('"') ? (JSON.parse(named) as string) : named;
  const words = [...rest.matchAll(/"(?:[^"\\]|\\.)*"|\d+/g)].map(
    ([word]) => JSON.parse(word) as string | number,
  );
  const number = (at: number): number => Number(words[at]);
  const word = (at: number): string => String(words[at]);
  switch (kind) {
    case 'base64':
      put(folder, path, Buffer.from(body, 'base64'));
      break;
    case 'fifo':
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      execFileSync('mkfifo', [join(folder, path)]);
      break;
    case 'folder':
      mkdirSync(join(folder, path), { recursive: true });
      break;
    case 'socket':
      return socket(folder, path);
    case 'bytes':
      put(folder, path, '');
      truncateSync(join(folder, path), number(0));
      break;
    case 'repeat':
      put(folder, path, word(1).repeat(number(0)));
      break;
    case 'wrap':
      put(folder, path, word(0) + word(2).repeat(number(1)) + word(3));
      break;
    case 'lines':
      put(folder, path, numbered(number(0), (n) => `${withNumber(word(1), n)}\n`).join(''));
      break;
    case 'times':
      numbered(number(0), (n) => put(folder, withNumber(path, n), ' '.repeat(number(1))));
      break;
    case 'copies':
      numbered(number(0), (n) => put(folder, withNumber(path, n), withNumber(body, n)));
      break;
    default:
      put(folder, path, body);
  }
  return () => {};
}

function numbered<T>(count: number, make: (n: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

function withNumber(text: string, n: number): string {
  return text.replaceAll(/%[d%]/g, (mark) => (mark === '%d' ? String(n) : '%'));
}

async function socket(folder: string, path: string): Promise<() => void> {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, path), resolve));
  return () => void server.close();
}

function put(folder: string, path: string, content: string | Uint8Array): void {
  const parent = dirname(join(folder, path));
  if (!existsSync(parent)) mkdirSync(parent, { recursive: true });
  writeFileSync(join(folder, path), content);
}
