import type { Tell } from '../event.ts';
import type { Comparison, Condition } from './compare.ts';
import type { Operation, OperationState } from './operation.ts';
import { Repository } from './repository.ts';
import type { Settings } from './settings.ts';

export interface HistoryEntry {
  readonly id: number;
  readonly revisions: readonly string[];
  readonly deployedAt: number;
}

/** What an Application holds: its settings, what it is asked to do, and its status. */
export class AppState {
  settings: Settings;
  readonly repositories: readonly Repository[];
  operation: Operation | undefined;
  last: OperationState | undefined;
  comparison: Comparison | undefined;
  history: readonly HistoryEntry[] = [];
  readonly conditions = new Map<string, string>();
  #shown = { sync: '', health: '' };
  readonly #tell: Tell;

  constructor(settings: Settings, tell: Tell) {
    this.settings = settings;
    this.repositories = settings.sources.map(() => new Repository());
    this.#tell = tell;
  }

  get name(): string {
    return this.settings.name;
  }

  get heads(): readonly string[] {
    return this.repositories.map((repository) => repository.head);
  }

  /** Takes what a comparison found as the status, and tells what is new in it. */
  show(comparison: Comparison): void {
    this.comparison = comparison;
    const outOfSync = comparison.resources
      .filter(({ status }) => status === 'OutOfSync')
      .map(({ ref }) => ref);
    const { status, health, because } = comparison;
    const shown = JSON.stringify([status, outOfSync]);
    if (shown !== this.#shown.sync) this.#tell({ type: 'sync-status', app: this.name, status, outOfSync });
    const healthShown = JSON.stringify([health, because]);
    if (healthShown !== this.#shown.health)
      this.#tell({ type: 'health', app: this.name, status: health, because });
    this.#shown = { sync: shown, health: healthShown };
    this.setConditions(comparison.conditions, ['ComparisonError', 'RepeatedResourceWarning']);
  }

  /** Those types hold what is given, and nothing else. */
  setConditions(conditions: readonly Condition[], types: readonly string[]): void {
    for (const type of types) {
      const messages = conditions.filter((one) => one.type === type).map(({ message }) => message);
      const message = messages.length === 0 ? undefined : messages.join('; ');
      if (this.conditions.get(type) === message) continue;
      if (message === undefined) this.conditions.delete(type);
      else this.conditions.set(type, message);
      this.#tell({ type: 'condition', app: this.name, condition: type, message });
    }
  }

  record(revisions: readonly string[], now: number): void {
    const id = (this.history.at(-1)?.id ?? -1) + 1;
    const entries = [...this.history, { id, revisions, deployedAt: now }];
    this.history = entries.slice(-this.settings.historyLimit);
    this.#tell({ type: 'history', app: this.name, entry: id, revision: revisions.join(', ') });
  }
}
