import type { Timer } from '../clock.ts';
import type { Change } from '../cluster/changes.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { refOf } from '../cluster/object.ts';
import { type HealthCheck, healthOf } from '../health.ts';
import { same } from '../values.ts';
import type { AppState } from './app-state.ts';
import { autoSync } from './auto-sync.ts';
import { type Comparing, compare, isHeld } from './compare.ts';
import type { LiveCache } from './live-cache.ts';
import { isOver, type Operation, type OperationState, type Results, runsHooks } from './operation.ts';
import { type Outcome, type Pass, syncPass } from './pass.ts';
import { afterFailure, retryWait } from './retry.ts';
import { terminatePass } from './terminate.ts';
import { belongsTo } from './tracking.ts';

/** `recent`: the revision that was compared last; `latest`: what the branch has now; `hard`: nothing from a cache. */
export type Level = 'recent' | 'latest' | 'hard';

const LEVELS: readonly Level[] = ['recent', 'latest', 'hard'];

/** For how long a plugin's failure is kept to itself, unless a person asks. */
const FAILURE_GRACE = 180_000;

/** Argo CD's controller for one application: it compares, syncs by itself where it may, and brings operations on. */
export class AppController {
  readonly app: AppState;
  readonly #cluster: Cluster;
  readonly #cache: LiveCache;
  readonly #health: HealthCheck;
  readonly #waveDelay: number;
  #asked: { readonly level: Level; readonly byUser: boolean } | undefined;
  #failedSince: number | undefined;
  #resync: Timer | undefined;
  /** In the pause after a wave, or while the plugin runs: what comes meanwhile is looked at afterwards. */
  #busy = false;
  #looksAgain = false;

  constructor(app: AppState, cluster: Cluster, cache: LiveCache, health: HealthCheck, waveDelay: number) {
    this.app = app;
    this.#cluster = cluster;
    this.#cache = cache;
    this.#health = health;
    this.#waveDelay = waveDelay;
    cache.subscribe((change) => this.#objectChanged(change));
    this.#resyncLater();
  }

  /** Compares soon. Of several wishes the widest counts. */
  refresh(level: Level, byUser: boolean, wait = this.#cluster.latency.batch): void {
    const before = this.#asked;
    const widest = LEVELS[Math.max(LEVELS.indexOf(level), LEVELS.indexOf(before?.level ?? level))] ?? level;
    this.#asked = { level: widest, byUser: byUser || before?.byUser === true };
    if (before === undefined) this.#cluster.clock.after(wait, () => this.#compare());
  }

  /** Sets what there is to do; the last operation is forgotten by it. */
  start(operation: Operation): void {
    const { app } = this;
    app.operation = operation;
    app.last = undefined;
    this.#cluster.tell({
      type: 'operation-started',
      app: app.name,
      why: operation.why,
      revision: operation.revisions.join(', '),
      entry: operation.entry,
      hooks: runsHooks(operation),
      only: operation.only,
    });
    this.#soon();
  }

  /** Tells false if nothing is in progress. */
  terminate(): boolean {
    const { last } = this.app;
    if (this.app.operation === undefined || last === undefined) return false;
    this.app.last = { ...last, phase: 'Terminating', message: 'operation is terminating' };
    this.#soon();
    return true;
  }

  get comparing(): Comparing {
    const { app } = this;
    return {
      settings: app.settings,
      repositories: app.repositories,
      store: this.#cluster.store,
      cache: this.#cache,
      health: this.#health,
      now: this.#cluster.clock.now,
    };
  }

  #resyncLater(): void {
    const { clock, latency } = this.#cluster;
    this.#resync?.cancel();
    this.#resync = clock.after(latency.resync, () => {
      this.refresh('latest', false, 0);
      this.#resyncLater();
    });
  }

  /** A change of `.status` that does not change the health is none. What an object of ours owns only moves operations on. */
  #objectChanged({ object, before, type }: Change): void {
    const { name, namespace } = this.app.settings;
    if (belongsTo(object, name, namespace) || this.#isTarget(object)) {
      if (type !== 'MODIFIED' || before === undefined || this.#counts(before, object))
        this.refresh('recent', false);
    } else if (this.app.operation !== undefined) this.#soon();
  }

  #isTarget(object: Change['object']): boolean {
    const { group, kind, namespace, name } = refOf(object);
    return (this.app.comparison?.resources ?? []).some(
      ({ ref }) =>
        ref.group === group && ref.kind === kind && ref.namespace === namespace && ref.name === name,
    );
  }

  #counts(before: Change['object'], after: Change['object']): boolean {
    const rest = ({
      status: _,
      metadata: { resourceVersion: __, ...metadata },
      ...others
    }: Change['object']) => ({
      ...others,
      metadata,
    });
    return !same(rest(before), rest(after)) || this.#shownHealth(before) !== this.#shownHealth(after);
  }

  #shownHealth(object: Change['object']): string {
    try {
      return JSON.stringify(
        healthOf(object, this.#health, new Date(this.#cluster.clock.now), isHeld(object)) ?? null,
      );
    } catch (error) {
      return (error as Error).message;
    }
  }

  #compare(): void {
    const asked = this.#asked ?? { level: 'recent', byUser: false };
    this.#asked = undefined;
    if (asked.level !== 'recent') this.#resyncLater();
    const { app } = this;
    const recent = app.comparison?.revisions;
    const revisions = asked.level === 'recent' && recent !== undefined ? recent : app.heads;
    // Before the first commit there is nothing to look at.
    if (revisions.some((revision) => revision === '')) return;
    this.#afterPlugin(revisions, () => {
      const comparison = compare(this.comparing, revisions, asked.level === 'hard');
      if (comparison.failed && this.#keepsToItself(asked.byUser)) return;
      if (!comparison.failed) this.#failedSince = undefined;
      app.show(comparison);
      this.#syncByItself();
      this.#soon();
    });
  }

  #keepsToItself(byUser: boolean): boolean {
    const { now } = this.#cluster.clock;
    if (byUser) return false;
    this.#failedSince ??= now;
    return now - this.#failedSince <= FAILURE_GRACE;
  }

  #syncByItself(): void {
    const { app } = this;
    if (app.comparison === undefined) return;
    const next = autoSync(app, app.comparison, this.#cluster.clock.now);
    const error = next.type === 'error' ? [{ type: 'SyncError', message: next.message }] : [];
    app.setConditions(error, ['SyncError']);
    if (next.type === 'later') this.#cluster.clock.after(next.wait, () => this.refresh('latest', false, 0));
    if (next.type === 'start') this.start(next.operation);
  }

  /** The plugin's run is waited for, if its output is not there yet. */
  #afterPlugin(revisions: readonly string[], act: () => void): void {
    const takes = revisions.map((revision, index) => this.app.repositories[index]?.takes(revision) ?? 0);
    const wait = Math.max(0, ...takes);
    if (wait > 0) this.#cluster.clock.after(wait, act);
    else act();
  }

  /** Brings the operation on by a step, once what is under way is done. */
  #soon(): void {
    if (this.#looksAgain) return;
    this.#looksAgain = true;
    this.#cluster.clock.after(this.#cluster.latency.step, () => this.#step());
  }

  #step(): void {
    // In its pause it looks again by itself.
    if (this.#busy) return;
    this.#looksAgain = false;
    const { app } = this;
    const { operation } = app;
    if (operation === undefined) return;
    const { now } = this.#cluster.clock;
    if (app.last?.phase === 'Running' && app.last.finishedAt !== undefined && !this.#mayRetry(app.last))
      return;
    const state = this.#resumed(operation, now);
    this.#busy = true;
    this.#afterPlugin(state.revisions, () => {
      const [outcome, results] = this.#pass(state);
      const done = () => {
        const again = this.#looksAgain;
        this.#busy = false;
        this.#looksAgain = false;
        this.#finish(state, outcome, results);
        if (again) this.#soon();
      };
      if (outcome.pauses && this.#waveDelay > 0) this.#cluster.clock.after(this.#waveDelay, done);
      else done();
    });
  }

  #mayRetry({ operation, finishedAt, retries }: OperationState): boolean {
    const { clock } = this.#cluster;
    const due = (finishedAt ?? 0) + (operation.retry === undefined ? 0 : retryWait(operation.retry, retries));
    if (due <= clock.now) return true;
    clock.after(due - clock.now, () => this.#soon());
    return false;
  }

  /** A new operation, the one in progress, or its next attempt, which forgets the results of the one before. */
  #resumed(operation: Operation, now: number): OperationState {
    const { last } = this.app;
    if (last === undefined) {
      const fresh: OperationState = {
        operation,
        phase: 'Running',
        message: '',
        startedAt: now,
        finishedAt: undefined,
        retries: 0,
        revisions: operation.revisions,
        results: new Map(),
      };
      this.app.last = fresh;
      return fresh;
    }
    if (last.finishedAt === undefined || last.phase === 'Terminating') return last;
    const message = `Retrying operation. Attempt #${last.retries}`;
    const attempt: OperationState = { ...last, message, finishedAt: undefined, results: new Map() };
    this.#store(attempt);
    return attempt;
  }

  #pass(state: OperationState): [Outcome, Results] {
    const comparing = this.comparing;
    const comparison = compare(comparing, state.revisions, false);
    const errors = comparison.conditions.filter(({ type }) => type === 'ComparisonError');
    if (errors.length > 0) {
      this.app.setConditions(comparison.conditions, ['ComparisonError']);
      const message = errors.map((one) => `${one.type}: ${one.message}`).join(';');
      return [{ phase: 'Error', message, pauses: false }, state.results];
    }
    const pass: Pass = {
      settings: this.app.settings,
      operation: state.operation,
      comparing,
      comparison,
      store: this.#cluster.store,
      cache: this.#cache,
      health: this.#health,
      now: this.#cluster.clock.now,
      startedAt: state.startedAt,
      results: new Map(state.results),
      tell: this.#cluster.tell,
    };
    const outcome = state.phase === 'Terminating' ? terminatePass(pass) : syncPass(pass);
    return [outcome, pass.results];
  }

  #finish(before: OperationState, outcome: Outcome, results: Results): void {
    const { clock, tell } = this.#cluster;
    const { app } = this;
    let state: OperationState = { ...before, phase: outcome.phase, message: outcome.message, results };
    const asksToStop = app.last?.phase === 'Terminating' && before.phase !== 'Terminating';
    if (outcome.phase === 'Running' && asksToStop)
      state = { ...state, phase: 'Terminating', message: 'operation is terminating' };
    if (outcome.phase === 'Failed' || outcome.phase === 'Error')
      state = afterFailure(state, before.phase === 'Terminating', clock.now);
    const changed = this.#store(isOver(state.phase) ? { ...state, finishedAt: clock.now } : state);
    if (!isOver(state.phase)) {
      if (changed) this.#soon();
      return;
    }
    app.operation = undefined;
    tell({ type: 'operation-ended', app: app.name, phase: state.phase, message: state.message });
    if (state.phase === 'Succeeded' && state.operation.only.length === 0)
      app.record(state.revisions, clock.now);
    this.refresh('latest', !state.operation.automated);
  }

  /**
   * Stores the state of an operation as Argo CD does, by a merge patch without what is empty. So an attempt that has no
   * results yet leaves those of the attempt before, and is judged by them: that is why every second retry is a dud.
   */
  #store(state: OperationState): boolean {
    const { app } = this;
    const before = app.last;
    const results = state.results.size === 0 ? (before?.results ?? state.results) : state.results;
    app.last = { ...state, results };
    const said = before?.message !== state.message || before?.finishedAt !== state.finishedAt;
    if (said && !isOver(state.phase)) this.#tellMessage(state);
    return said || before?.phase !== state.phase || !sameResults(before?.results, results);
  }

  #tellMessage(state: OperationState): void {
    const { tell } = this.#cluster;
    const { message, operation, finishedAt, retries } = state;
    if (finishedAt === undefined) tell({ type: 'operation-message', app: this.app.name, message });
    else {
      const inSeconds = operation.retry === undefined ? 0 : retryWait(operation.retry, retries) / 1000;
      tell({ type: 'operation-retries', app: this.app.name, message, inSeconds });
    }
  }
}

function sameResults(a: Results | undefined, b: Results): boolean {
  if (a?.size !== b.size) return false;
  return [...b].every(([key, { state, code, message }]) => {
    const other = a.get(key);
    return other?.state === state && other.code === code && other.message === message;
  });
}
