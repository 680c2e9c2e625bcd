import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { CORE_SCHEMA, loadAll } from 'js-yaml';
import {
  type Application,
  automatedOf,
  type ContainerSpec,
  type KubeObject,
  type Program,
  type Rehearsal,
  type RehearsalEvent,
  readApplication,
  startRehearsal,
  virtualClock,
} from '../../src/rehearsal/rehearsal.ts';
import { luaHealth } from '../../test/support/lua-health.ts';
import { bold } from '../print.ts';
import { Repository } from '../repository.ts';
import { print, type Scene, type Story } from '../story.ts';
import type { Witness } from '../witness.ts';
import { diffLines } from './diff-lines.ts';
import { lineOf } from './event-line.ts';
import { treeLines } from './tree-lines.ts';

const ROOT = join(import.meta.dirname, '../..');
const MOORING = join(ROOT, 'dist/mooring.mjs');
const HEALTH = readFileSync(join(ROOT, 'manifests/argocd/health.lua'), 'utf8');
const NAMESPACE = 'shop';

/** The shop's Deployment: whose turn it is in a sync is what much of the day is about. */
export const SHOP = { group: 'apps', kind: 'Deployment', namespace: NAMESPACE, name: 'shop' };

/** A cluster with an Argo CD, on this machine, in which a day passes. */
export class Day implements AsyncDisposable {
  readonly story: Story;
  readonly witness: Witness;
  readonly repository: Repository;
  readonly world: Rehearsal;
  readonly app: Application;
  /** For how many seconds the next Job freezes as it starts, by what it runs. */
  readonly #freezes: Map<string, number>;

  private constructor(
    parts: Pick<Day, 'story' | 'witness' | 'repository' | 'world' | 'app'> & { freezes: Map<string, number> },
  ) {
    this.story = parts.story;
    this.witness = parts.witness;
    this.repository = parts.repository;
    this.world = parts.world;
    this.app = parts.app;
    this.#freezes = parts.freezes;
  }

  static async begin(scene: Scene): Promise<Day> {
    const { url, witness, story } = scene;
    const freezes = new Map<string, number>();
    const world = await startRehearsal({
      container: (spec) => programOf(spec, freezes),
      clock: virtualClock({ start: Date.parse('2026-01-05T08:00:00Z'), patience: 300_000 }),
      // The Jobs compare the times of objects with the clock of the database, which is no rehearsed one.
      stamp: () => new Date().toISOString(),
      // So its minute of grace after a sync is a real one, and taken for over.
      health: (object) =>
        object.kind === 'DatabaseSchema'
          ? luaHealth(HEALTH, object, new Date(Date.now() + 61_000))
          : undefined,
      // The application's stand-in: it is ready when the database answers what it asks.
      starts: (deployment) => witness.answers(readsOf(deployment)),
      cluster: [...installed(), secretOf(url)],
      onEvent: (event) => {
        const line = lineOf(event);
        if (line === undefined) return;
        const image = event.type === 'rolled-out' ? `: ${imageOf(world.object(SHOP))}` : '';
        print(`   ${clockTime(event.at)}  ${line.replaceAll('\n', '\n             ')}${image}\n`);
      },
    });
    const app = world.app(readApplication(APPLICATION));
    return new Day({ story, witness, repository: await Repository.make(scene), world, app, freezes });
  }

  /** What somebody commits and pushes, from demo/shop; returns the commit's name. */
  async push(message: string, ...folders: readonly (readonly [from: string, to: string])[]): Promise<string> {
    for (const [from, to] of folders) await this.repository.put(from, to);
    return this.#pushed(await this.repository.commit(message));
  }

  async revert(): Promise<string> {
    return this.#pushed(await this.repository.revert());
  }

  /** Argo CD sees the branch as the plugin renders it. */
  async #pushed(commit: string): Promise<string> {
    const { stdout } = await execa(
      process.execPath,
      [MOORING, 'render', '.', '--target', 'argocd', '--image', 'mooring'],
      {
        cwd: this.repository.folder,
      },
    );
    this.app.commit(commit, { manifests: documents(stdout) });
    return commit;
  }

  /** Button Sync. Returns what happened. */
  async sync(): Promise<readonly RehearsalEvent[]> {
    return this.#command('argocd app sync shop', () => this.app.sync());
  }

  /** Button Rollback, to a revision that was there before. */
  async rollback(revision: string): Promise<readonly RehearsalEvent[]> {
    const entry = this.#entryOf(revision);
    return this.#command(`argocd app rollback shop ${entry}`, () => this.app.rollback(entry));
  }

  /** The same, and the button Terminate after some seconds. */
  async rollbackAndTerminate(revision: string, seconds: number): Promise<void> {
    const entry = this.#entryOf(revision);
    await this.#command(`argocd app rollback shop ${entry} --async`, async () => {
      await this.app.rollback(entry, { async: true });
      await this.world.wait(seconds * 1000);
    });
    await this.#command('argocd app terminate-op shop', async () => {
      this.app.terminate();
      await this.world.wait(1000);
    });
  }

  /** Argo CD syncs by itself what is OutOfSync, or leaves it to people. */
  automate(on: boolean): void {
    this.story.typed(`argocd app set shop --sync-policy ${on ? 'automated --self-heal' : 'none'}`);
    this.app.automate(on ? automatedOf({ automated: { selfHeal: true } }) : undefined);
  }

  /** The machine of the next Job of this kind freezes as it starts. */
  freezeNext(role: string, seconds: number): void {
    this.#freezes.set(role, seconds);
  }

  /** Time passes, and the drift check comes round. */
  async wait(minutes: number): Promise<readonly RehearsalEvent[]> {
    const from = this.world.events.length;
    print('\n');
    // The clock of the database does not jump: what it has noted is put back by as much.
    await this.witness.run(this.witness.passed(minutes));
    await this.world.wait(minutes * 60_000);
    this.#tellState();
    return this.world.events.slice(from);
  }

  showTree(): readonly string[] {
    this.story.typed('argocd app get shop --output tree');
    const lines = treeLines(this.app, this.world.tree(this.app));
    this.story.shown(lines.join('\n'));
    return lines;
  }

  showDiff(): readonly string[] {
    this.story.typed('argocd app diff shop');
    const lines = diffLines(this.app.differing);
    this.story.shown(lines.join('\n'));
    return lines;
  }

  /** SQL that somebody types at the database, past Git. */
  async sql(...statements: readonly string[]): Promise<void> {
    print('\n');
    for (const statement of statements) {
      print(`   ${bold(`shop=> ${statement};`)}\n`);
      await this.witness.run(statement);
    }
  }

  /** The image of the shop that is in the cluster. */
  get image(): string {
    return imageOf(this.world.object(SHOP));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world.close();
    await this.repository[Symbol.asyncDispose]();
  }

  #tellState(): void {
    const { status, health } = this.app.comparison ?? {};
    print(`   ${clockTime(this.world.clock.now)}  the application is ${status}, ${health}\n`);
  }

  #entryOf(revision: string): number | undefined {
    return this.app.history.findLast(({ revisions }) => revisions[0] === revision)?.id;
  }

  async #command(command: string, act: () => Promise<unknown>): Promise<readonly RehearsalEvent[]> {
    const from = this.world.events.length;
    this.story.typed(command);
    await act();
    this.#tellState();
    return this.world.events.slice(from);
  }
}

const APPLICATION: KubeObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'shop' },
  spec: { source: { plugin: { name: 'mooring' } }, destination: { namespace: NAMESPACE } },
};

function installed(): readonly KubeObject[] {
  const files = ['crd/databaseschemas.yaml', 'rbac/runner.yaml', 'rbac/drift.yaml'];
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    ...files.flatMap((file) => documents(readFileSync(join(ROOT, 'manifests', file), 'utf8'))),
  ];
}

function secretOf(url: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'shop-db', namespace: NAMESPACE },
    data: { url: Buffer.from(url).toString('base64') },
  };
}

function programOf({ image, args }: ContainerSpec, freezes: Map<string, number>): Program | undefined {
  if (image !== 'mooring') return undefined;
  const freeze = freezes.get(args[0] ?? '');
  freezes.delete(args[0] ?? '');
  const frozen = freeze === undefined ? [] : [join(import.meta.dirname, 'frozen.ts'), String(freeze)];
  return { file: process.execPath, args: [...frozen, MOORING, ...args] };
}

interface DeploymentSpec {
  readonly template: {
    readonly spec: {
      readonly containers: readonly {
        readonly image: string;
        readonly env: readonly { readonly value: string }[];
      }[];
    };
  };
}

function imageOf(deployment: KubeObject | undefined): string {
  const spec = deployment?.spec as unknown as DeploymentSpec | undefined;
  return spec?.template.spec.containers[0]?.image ?? '';
}

function readsOf(deployment: KubeObject): string {
  const spec = deployment.spec as unknown as DeploymentSpec;
  return spec.template.spec.containers[0]?.env[0]?.value ?? '';
}

function clockTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 19);
}

function documents(text: string): readonly KubeObject[] {
  return loadAll(text, { schema: CORE_SCHEMA }).filter(
    (one) => one !== null && one !== undefined,
  ) as KubeObject[];
}
