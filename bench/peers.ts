import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CACHE } from '../test/support/cache.ts';
import { hasTool } from '../test/support/tools.ts';
import type { BenchContext } from './bench-context.ts';
import type { SchemaDirectory } from './directory.ts';
import type { Line, Measure } from './line.ts';
import { call, timeOf } from './measure.ts';

interface Peer {
  readonly name: string;
  /** Writes the same migrations as this tool wants them; returns the arguments of java. */
  prepare(folder: string, directory: SchemaDirectory): Promise<(url: URL) => readonly string[]>;
}

const PEERS: readonly Peer[] = [
  {
    name: 'Flyway',
    prepare: async (folder, directory) => {
      for (const file of directory.files)
        await copyFile(file, join(folder, `V${basename(file).replace('_', '__')}`));
      return (url) => [
        'org.flywaydb.commandline.Main',
        `-url=${jdbc(url)}`,
        '-user=postgres',
        '-password=',
        `-locations=filesystem:${folder}`,
        '-skipCheckForUpdate',
        'migrate',
      ];
    },
  },
  {
    name: 'Liquibase',
    prepare: async (folder, directory) => {
      for (const file of directory.files) {
        const text = await readFile(file, 'utf8');
        await writeFile(
          join(folder, basename(file)),
          `--liquibase formatted sql\n--changeset bench:${basename(file)}\n${text}`,
        );
      }
      const includes = directory.files.map((file) => `  - include: {file: ${basename(file)}}\n`);
      await writeFile(join(folder, 'changelog.yaml'), `databaseChangeLog:\n${includes.join('')}`);
      return (url) => [
        'liquibase.integration.commandline.LiquibaseCommandLine',
        '--analytics-enabled=false',
        '--show-banner=false',
        `--search-path=${folder}`,
        'update',
        '--changelog-file=changelog.yaml',
        `--url=${jdbc(url)}`,
        '--username=postgres',
      ];
    },
  },
];

/** Other tools with the same migrations, once each, for information; left out, and said so, where they cannot be had. */
export async function peerLines(
  context: BenchContext,
  directory: SchemaDirectory,
  name: string,
  ours: Measure,
): Promise<readonly Line[]> {
  const jars = await fetchJars();
  const lines: Line[] = [];
  for (const peer of PEERS) {
    const line = {
      name: `${name}, ${peer.name}`,
      did: `the same files in ${peer.name}'s layout, its own Java process, one run; for information`,
      ours,
    };
    if ('why' in jars) {
      lines.push({ ...line, leftOut: jars.why });
      continue;
    }
    try {
      const value = await runPeer(context, peer, directory, jars.folder);
      lines.push({ ...line, other: { name: peer.name, value, unit: 'ms' } });
    } catch (error) {
      // What others' tools do on this machine decides nothing about ours.
      const text = error instanceof Error ? error.message : String(error);
      const why = text.split('\n').find((part) => /reason:|unexpected|exception in/i.test(part));
      lines.push({ ...line, leftOut: `it failed: ${why ?? text.slice(0, 200)}` });
    }
  }
  return lines;
}

async function runPeer(
  { folder, server }: BenchContext,
  peer: Peer,
  directory: SchemaDirectory,
  jars: string,
): Promise<number> {
  const files = join(folder, peer.name);
  await mkdir(files);
  const args = await peer.prepare(files, directory);
  const database = await server.createDatabase();
  try {
    return await timeOf(() =>
      call('java', ['-cp', join(jars, '*'), ...args(new URL(database.url))], { cwd: files }),
    );
  } finally {
    await database.drop();
    await rm(files, { recursive: true });
  }
}

function jdbc({ host, pathname }: URL): string {
  return `jdbc:postgresql://${host}${pathname}`;
}

/** From Maven Central by Maven itself, once. */
async function fetchJars(): Promise<{ readonly folder: string } | { readonly why: string }> {
  const folder = join(CACHE, 'bench-peers');
  if (!hasTool('java')) return { why: 'no java on this machine' };
  if (existsSync(folder)) return { folder };
  if (!hasTool('mvn')) return { why: 'no mvn on this machine to fetch it with' };
  const fresh = `${folder}.${process.pid}`;
  const pom = join(import.meta.dirname, 'peers/pom.xml');
  try {
    await call('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${fresh}`]);
    await rename(fresh, folder);
    return { folder };
  } catch {
    await rm(fresh, { recursive: true, force: true });
    return { why: 'it could not be fetched from Maven Central' };
  }
}
