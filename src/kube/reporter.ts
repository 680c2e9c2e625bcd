import {
  ANNOTATIONS,
  type DatabaseSchema,
  type DatabaseSchemaStatus,
  type JobRole,
  SETTLED,
} from '../api/api.ts';
import type { Access } from './access.ts';
import { type Answer, Asking } from './asking.ts';
import { Client } from './client.ts';
import { ageOf, madeByDatabase } from './clocks.ts';
import { type EventText, eventOf } from './event.ts';
import { ApiFailure } from './failure.ts';
import { bundleOf, jobsOf, stateIn } from './jobs-of.ts';
import {
  type Mark,
  type Marking,
  markedValue,
  markInOrder,
  mayMarkAgain,
  stateOf,
  UNFINISHED,
} from './marks.ts';
import { pathsOf } from './names.ts';
import { annotation, type KubeObject, nameOf, uidOf } from './object.ts';
import { goneFrom, olderSiblings, otherBundle } from './siblings.ts';
import { type News, statusOf, statusPatch } from './status.ts';

export interface ReporterOptions {
  readonly namespace: string;
  /** Of the DatabaseSchema. */
  readonly schema: string;
  readonly role: JobRole;
  /** Of the Job. */
  readonly job: string;
  /** Does the controller compare annotations? Else nothing is marked. */
  readonly marks: boolean;
  /** The longest that an API server is waited for, milliseconds. */
  readonly patience: number;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

/** What a tracked Job is told of itself. */
export interface Identity {
  /** Digest of the bundle that its live Job is for; absent where it may not look. */
  readonly bundle?: string;
  /** As the runner wants it; absent where it may not look. */
  readonly madeBy?: (databaseNow: number) => number;
  /** For how long the Job has been running, all its Pods together, milliseconds; by the API server's clock. */
  readonly age?: number;
  /** Hashes of undos that were seen before. */
  readonly knownUndos?: Readonly<Record<string, string>>;
}

/** How long one answer may take, milliseconds. */
const ANSWER = 10_000;

/**
 * What the Jobs of one DatabaseSchema tell its cluster, and ask of it. Where the account lacks a right, that is said once
 * and done without; only what a run must know throws.
 */
export class Reporter {
  /** Hash of the cluster's certificate authority. */
  readonly cluster: string | undefined;
  readonly #options: ReporterOptions;
  readonly #client: Client;
  readonly #paths: ReturnType<typeof pathsOf>;
  readonly #asking: Asking;
  #own: KubeObject | undefined;
  #jobs: readonly KubeObject[] = [];
  #schema: KubeObject | undefined;

  constructor(access: Access, options: ReporterOptions) {
    const { patience, signal, log } = options;
    this.cluster = access.cluster;
    this.#options = options;
    this.#asking = new Asking(log);
    this.#client = new Client(access, { patience, answer: ANSWER, signal, log });
    this.#paths = pathsOf(options.namespace, options.schema);
  }

  /**
   * Before any SQL: who am I, older siblings gone, marks that say that a run is under way.
   * Throws `superseded` for a Job that is gone or has a newer sibling, `cluster-unreachable`.
   */
  async begin(): Promise<Identity> {
    await this.#look();
    const own = this.#own;
    await this.#deleteSiblings(own);
    await this.#markBeginning(own);
    const undos = this.status?.history?.undoHashes;
    const age = own === undefined ? undefined : ageOf(own, this.#client.clock);
    const bundle = own === undefined ? undefined : bundleOf(own);
    return {
      ...(bundle === undefined ? {} : { bundle }),
      ...(own === undefined ? {} : { madeBy: madeByDatabase(own, () => this.#client.clock) }),
      ...(undos === undefined ? {} : { knownUndos: undos }),
      ...(age === undefined ? {} : { age }),
    };
  }

  /** For the check: what there is, and nothing changed. Throws `cluster-unreachable`. */
  async look(): Promise<void> {
    await this.#look();
  }

  /** The live DatabaseSchema as it was read last; undefined where there is none, or no right to read it. */
  get schema(): DatabaseSchema | undefined {
    return this.#schema as DatabaseSchema | undefined;
  }

  get status(): DatabaseSchemaStatus | undefined {
    const status = this.#schema?.status;
    return typeof status === 'object' && status !== null && Object.keys(status).length > 0
      ? (status as DatabaseSchemaStatus)
      : undefined;
  }

  get jobs(): readonly KubeObject[] {
    return this.#jobs;
  }

  /** Is the live Job still the one for this bundle? Throws `superseded`. */
  async stillWanted(digest: string): Promise<void> {
    if (this.#own === undefined) return;
    const live = await this.#needed(
      'look at its own Job',
      this.#paths.job(this.#options.job),
      'What was done is recorded.',
    );
    if (live === 'denied') return;
    if (live === 'absent') throw goneFrom(this.#options.job);
    const wanted = bundleOf(live) ?? digest;
    if (uidOf(live) !== uidOf(this.#own) || wanted !== digest) throw otherBundle(live, wanted, digest);
  }

  /** Writes what is new into the status, and touches an annotation if it changes what is shown. */
  async tell(news: News): Promise<void> {
    if (this.#schema === undefined) return;
    const before = this.status;
    const patch = this.#patchFor(news);
    const written = await this.#asking.optional('write the status', () =>
      this.#client.patch(this.#paths.status, patch),
    );
    if (written !== 'denied' && written !== 'absent') await this.#written(written, before, news.now);
  }

  /**
   * The same of what was seen without a lock: not if a Job has told of its run meanwhile. `nowhere`: there is no
   * DatabaseSchema, or no right to write to it.
   */
  async tellUnlessOvertaken(news: News): Promise<'told' | 'overtaken' | 'nowhere' | 'unreachable'> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const before = this.status;
      if (this.#schema === undefined) return 'nowhere';
      const patch = {
        ...this.#patchFor(news),
        metadata: { resourceVersion: this.#schema.metadata?.resourceVersion },
      };
      const written = await this.#asking.optional('write the status', async () => {
        try {
          return await this.#client.patchUnchanged(this.#paths.status, patch);
        } catch (error) {
          if (error instanceof ApiFailure && error.status === 409) return CONFLICT;
          if (error instanceof ApiFailure && !error.isForbidden && !error.isAbsent) {
            this.#asking.excuse('write the status', error);
            return UNREACHABLE;
          }
          throw error;
        }
      });
      if (written === UNREACHABLE) return 'unreachable';
      if (written === 'denied' || written === 'absent') return 'nowhere';
      if (written !== CONFLICT) {
        await this.#written(written, before, news.now);
        return 'told';
      }
      const now = await this.#asking.optional('read the DatabaseSchema', () =>
        this.#client.get(this.#paths.schema),
      );
      if (now === 'denied' || now === 'absent') return 'nowhere';
      this.#schema = now;
      if (runsIn(before) !== runsIn(this.status)) return 'overtaken';
    }
    return 'overtaken';
  }

  /** The own Job ended well. */
  async settle(): Promise<void> {
    if (!this.#options.marks || this.#own === undefined) return;
    await this.#annotate([{ path: this.#paths.job(nameOf(this.#own)), annotations: stateOf(SETTLED) }]);
  }

  /**
   * Marks converge, then the DatabaseSchema (for a mark that asks for it, prepare between them). The same drift is marked
   * again only after an hour, unless `fresh`. Tells whether it was.
   */
  async mark(mark: Mark, now: number, fresh: boolean): Promise<boolean> {
    if (!this.#options.marks) return false;
    const marked = annotation(this.#schema, ANNOTATIONS.marked);
    if (mark.drift !== undefined && !fresh && !mayMarkAgain(marked, mark.drift, now)) return false;
    await this.#annotate([
      ...this.#jobMarkings('converge', mark.text),
      ...(mark.forward ? this.#jobMarkings('prepare', mark.text) : []),
      ...this.#schemaMarking(
        mark.text,
        mark.drift === undefined ? {} : { [ANNOTATIONS.marked]: markedValue(mark.drift, now) },
      ),
    ]);
    return true;
  }

  /** Takes marks away that have passed, unless somebody has changed the object since it was read. */
  async unmark(passed: (state: string | undefined) => boolean): Promise<number> {
    const jobs = [...jobsOf(this.#jobs, 'converge'), ...jobsOf(this.#jobs, 'prepare')];
    const markings = jobs
      .filter((job) => passed(stateIn(job)))
      .map((job) => ({
        path: this.#paths.job(nameOf(job)),
        version: job.metadata?.resourceVersion,
        annotations: stateOf(SETTLED),
      }));
    const schema = passed(stateIn(this.#schema))
      ? this.#schemaMarking(SETTLED, { [ANNOTATIONS.marked]: null }).map((marking) => ({
          ...marking,
          version: this.#schema?.metadata?.resourceVersion,
        }))
      : [];
    if (this.#options.marks) await this.#annotate([...markings, ...schema]);
    return this.#options.marks ? markings.length + schema.length : 0;
  }

  /** A Job that ended without a word gets one. */
  async markJob(job: KubeObject, text: string): Promise<void> {
    if (this.#options.marks)
      await this.#annotate([{ path: this.#paths.job(nameOf(job)), annotations: stateOf(text) }]);
  }

  /** Something that a person should see. */
  async event(text: EventText): Promise<void> {
    const about = this.#schema ?? this.#own;
    if (about === undefined) return;
    const event = eventOf(about, this.#options.namespace, this.#options.role, text);
    await this.#asking.optional('write an Event', () => this.#client.create(this.#paths.events, event));
  }

  /** Reads own Job, all Jobs and the DatabaseSchema anew. Throws `superseded` for a Job that is gone. */
  async #look(): Promise<void> {
    const { job, role } = this.#options;
    const asked = [
      ...(role === 'check' || job === '' ? [] : [this.#needed('look at its own Job', this.#paths.job(job))]),
      this.#needed('list the Jobs', this.#paths.jobs),
      this.#needed('read the DatabaseSchema', this.#paths.schema),
    ];
    // All at once, and of several failures the first one is told.
    await Promise.allSettled(asked);
    const answers = await Promise.all(asked);
    const [schema, jobs, own] = answers.toReversed();
    if (own === 'absent') throw goneFrom(job);
    this.#own = typeof own === 'object' ? own : undefined;
    this.#jobs = typeof jobs === 'object' ? (jobs.items ?? []) : [];
    this.#schema = typeof schema === 'object' ? schema : undefined;
  }

  /** After an upgrade of image or settings the Jobs of before have other names. */
  async #deleteSiblings(own: KubeObject | undefined): Promise<void> {
    if (own === undefined) return;
    const siblings = olderSiblings(own, jobsOf(this.#jobs, this.#options.role));
    for (const job of siblings) {
      const path = this.#paths.job(nameOf(job));
      const gone = await this.#asking.optional('delete the Job of an older image or setting', () =>
        this.#client.remove(path, uidOf(job)),
      );
      if (gone !== 'denied')
        this.#options.log(`deleted Job ${nameOf(job)}, which an older image or setting left`);
    }
    this.#jobs = this.#jobs.filter((job) => !siblings.includes(job));
  }

  #needed(what: string, path: string, state = 'Nothing was done yet.'): Promise<Answer> {
    return this.#asking.needed(what, state, () => this.#client.get(path));
  }

  async #markBeginning(own: KubeObject | undefined): Promise<void> {
    if (!this.#options.marks || own === undefined) return;
    const pending = `pending ${bundleOf(own) ?? ''}`.trim();
    await this.#annotate([
      { path: this.#paths.job(nameOf(own)), annotations: stateOf(UNFINISHED) },
      ...(this.#options.role === 'prepare'
        ? [...this.#jobMarkings('converge', pending), ...this.#schemaMarking(pending)]
        : []),
    ]);
  }

  #patchFor(news: News): { readonly status: unknown } {
    const before = this.status;
    return {
      status: statusPatch(before ?? {}, statusOf(before, this.#schema?.metadata?.generation ?? 1, news)),
    };
  }

  async #written(written: KubeObject, before: DatabaseSchemaStatus | undefined, now: number): Promise<void> {
    this.#schema = written;
    if (shown(before) === shown(this.status)) return;
    const touched = { [ANNOTATIONS.reported]: new Date(now).toISOString() };
    const after = await this.#asking.optional('mark an object', () =>
      this.#client.patch(this.#paths.schema, { metadata: { annotations: touched } }),
    );
    if (after !== 'denied' && after !== 'absent') this.#schema = after;
  }

  #jobMarkings(role: 'prepare' | 'converge', text: string): readonly Marking[] {
    return jobsOf(this.#jobs, role).map((job) => ({
      path: this.#paths.job(nameOf(job)),
      annotations: stateOf(text),
    }));
  }

  #schemaMarking(text: string, more: Marking['annotations'] = {}): readonly Marking[] {
    if (this.#schema === undefined) return [];
    return [{ path: this.#paths.schema, annotations: { ...stateOf(text), ...more } }];
  }

  async #annotate(markings: readonly Marking[]): Promise<void> {
    const errors = await markInOrder(this.#client, markings);
    for (const error of errors) this.#asking.excuse('mark an object', error);
  }
}

const CONFLICT: KubeObject = {};
const UNREACHABLE: KubeObject = {};

/** What runs have told. */
function runsIn(status: DatabaseSchemaStatus | undefined): string {
  return JSON.stringify([status?.lastRun, status?.bundle]);
}

/** What people see of a status. */
function shown(status: DatabaseSchemaStatus | undefined): string {
  return JSON.stringify([
    status?.conditions?.map(({ type, status: holds, reason, message }) => [type, holds, reason, message]),
    status?.held,
    status?.lastRun?.error,
    status?.bundle?.digest,
  ]);
}
