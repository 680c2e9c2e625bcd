import type { Session, SnapshotRow } from '../engines/engines.ts';
import type { Standing } from './applied.ts';
import type { Half } from './half-applied.ts';
import type { Recorder } from './recorder.ts';
import type { RepeatablesBack } from './repeatables-back.ts';
import type { RunLog, RunRequest } from './request.ts';
import type { Link } from './undo-chain.ts';

/** All that an undo works with. */
export interface UndoContext {
  readonly request: RunRequest;
  readonly session: Session;
  readonly standing: Standing;
  /** Newest first. */
  readonly links: readonly Link[];
  readonly recorder: Recorder;
  readonly rows: readonly SnapshotRow[];
  readonly back: RepeatablesBack;
  readonly log: RunLog;
  /** The first link is one that stands half-applied. */
  readonly half?: Half;
}
