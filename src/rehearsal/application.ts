import type { AppState, HistoryEntry } from './argocd/app-state.ts';
import type { Comparison, Resource } from './argocd/compare.ts';
import type { AppController } from './argocd/controller.ts';
import { isOver, type Operation, type OperationState, type Selected } from './argocd/operation.ts';
import type { Output } from './argocd/repository.ts';
import type { Automated, Settings } from './argocd/settings.ts';
import type { Clock } from './clock.ts';

/** What the command line of Argo CD says in the end. */
export interface Answer {
  /** 0, or 1 for a refusal, a failed operation, or objects that a sync leaves to be pruned. */
  readonly exit: number;
  readonly text: string;
}

export interface SyncRequest {
  /** One a source; the newest by default. */
  readonly revisions?: readonly string[];
  readonly prune?: boolean;
  /** Only these objects, and no hooks. */
  readonly only?: readonly Selected[];
  /** `--strategy apply`: no hooks. */
  readonly applyOnly?: boolean;
  readonly force?: boolean;
  /** Returns once it has begun. */
  readonly async?: boolean;
}

/** An operation that never ends is waited for that long. */
const PATIENCE = 3_600_000;

/** An application of the rehearsed Argo CD, and what people do with it. */
export class Application {
  readonly #controller: AppController;
  readonly #clock: Clock;
  readonly #tell: (source: string, revision: string) => void;

  constructor(controller: AppController, clock: Clock, tell: (source: string, revision: string) => void) {
    this.#controller = controller;
    this.#clock = clock;
    this.#tell = tell;
  }

  get settings(): Settings {
    return this.#app.settings;
  }

  get history(): readonly HistoryEntry[] {
    return this.#app.history;
  }

  /** The operation in progress, or the last one. */
  get operation(): OperationState | undefined {
    return this.#app.last;
  }

  /** What the last comparison found; undefined before the first. */
  get comparison(): Comparison | undefined {
    return this.#app.comparison;
  }

  get conditions(): ReadonlyMap<string, string> {
    return this.#app.conditions;
  }

  /** What `argocd app diff` shows: objects that a sync would change, make or prune. */
  get differing(): readonly Resource[] {
    return (this.#app.comparison?.resources ?? []).filter(({ status }) => status === 'OutOfSync');
  }

  /** The branch moves to that revision. Argo CD sees it at its next look at Git: `refresh`, a sync, or in two minutes. */
  commit(revision: string, output: Output, source = 0): void {
    this.#app.repositories[source]?.commit(revision, output);
    this.#tell(this.settings.sources[source]?.name ?? '', revision);
  }

  /** The button Sync, and `argocd app sync`, which waits for the end. */
  async sync(request: SyncRequest = {}): Promise<Answer> {
    const { async = false, only = [] } = request;
    if (this.#app.operation !== undefined) return BUSY;
    this.#controller.start({
      ...this.#manual('sync', request.revisions ?? this.#app.heads, request.prune ?? false),
      applyOnly: request.applyOnly ?? false,
      force: request.force ?? false,
      only,
      retry: this.settings.retry,
    });
    if (async) return DONE;
    const last = await this.#end();
    if (last?.phase !== 'Succeeded')
      return { exit: 1, text: `Operation has completed with phase: ${last?.phase}` };
    const left = [...last.results.values()].filter(({ code }) => code === 'PruneSkipped').length;
    if (only.length === 0 && left > 0 && this.comparison?.status !== 'Synced')
      return { exit: 1, text: `${left} resources require pruning` };
    return DONE;
  }

  /** The button Rollback, and `argocd app rollback`, which exits 0 however the operation ends. */
  async rollback(entry?: number, { prune = false, async = false } = {}): Promise<Answer> {
    if (this.settings.automated !== undefined)
      return { exit: 1, text: 'rollback cannot be initiated when auto-sync is enabled' };
    const id = entry ?? this.history.at(-2)?.id;
    const found = this.history.find((one) => one.id === id);
    if (found === undefined)
      return { exit: 1, text: `application ${this.#app.name} does not have deployment with id ${id ?? -1}` };
    if (this.#app.operation !== undefined) return BUSY;
    this.#controller.start({
      ...this.#manual('rollback', found.revisions, prune),
      entry: found.id,
      applyOnly: true,
    });
    if (!async) await this.#end();
    return DONE;
  }

  /** The button Terminate. Returns at once. */
  terminate(): Answer {
    if (this.#controller.terminate()) return DONE;
    return { exit: 1, text: 'Unable to terminate operation. No operation is in progress' };
  }

  /** The button Refresh, waited for; `hard`: without what is cached. */
  async refresh({ hard = false } = {}): Promise<void> {
    const before = this.comparison;
    this.#controller.refresh(hard ? 'hard' : 'latest', true);
    await this.#clock.pass(60_000, () => this.comparison !== before);
  }

  /** Automated sync on, other, or off. */
  automate(automated: Automated | undefined): void {
    this.#app.settings = { ...this.settings, automated };
    this.#controller.refresh('latest', false);
  }

  #manual(why: Operation['why'], revisions: readonly string[], prune: boolean): Operation {
    return {
      why,
      revisions,
      entry: undefined,
      prune,
      options: this.settings.options,
      applyOnly: false,
      force: false,
      only: [],
      retry: undefined,
      automated: false,
      selfHealAttempts: 0,
    };
  }

  /** The operation as it was at its end, once the comparison after it is there. */
  async #end(): Promise<OperationState | undefined> {
    await this.#clock.pass(PATIENCE, () => this.#app.operation === undefined);
    const last = this.#app.last;
    const before = this.comparison;
    if (last !== undefined && isOver(last.phase))
      await this.#clock.pass(5_000, () => this.comparison !== before);
    return last;
  }

  get #app(): AppState {
    return this.#controller.app;
  }
}

const DONE: Answer = { exit: 0, text: '' };
const BUSY: Answer = { exit: 1, text: 'another operation is already in progress' };
