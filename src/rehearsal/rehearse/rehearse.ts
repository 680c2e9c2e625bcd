import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Definition, MooringError, type RehearsalReport, type RehearsalStep } from '../../api/api.ts';
import { type Catalog, catalogFingerprint, compareCatalogs } from '../../catalog/catalog.ts';
import { engineOf, type Target } from '../../engines/engines.ts';
import { withSession } from '../../runner/runner.ts';
import type { Application } from '../application.ts';
import { readApplication } from '../argocd/settings.ts';
import { type Clock, virtualClock } from '../clock.ts';
import { startRehearsal } from '../world.ts';
import { application, INSTALLED, jobsOn, NAMESPACE } from './laptop-cluster.ts';
import { type Revision, type RevisionsRequest, readRevisions } from './revision.ts';
import { makeScratch } from './scratch.ts';
import { wordsOf } from './words.ts';

export interface RehearseRequest extends RevisionsRequest {
  /** How to reach the server on which a scratch database is made, for a definition. */
  readonly target: (definition: Definition) => Target;
  /** Codes of what is allowed to the Jobs besides what the definition allows. */
  readonly allow: readonly string[];
  /** The file that Node runs for `mooring`: of it the Jobs are processes. */
  readonly program: string;
  readonly signal: AbortSignal;
  readonly listener: RehearsalListener;
}

/** Is told what goes on, as it goes on. */
export interface RehearsalListener {
  begins(from: Revision, to: Revision): void;
  step(name: string): void;
  says(line: string): void;
}

/**
 * Up, down and up again, as a cluster with Argo CD would do it: sync of `from`, sync of `to`, Rollback to `from`, sync of
 * `to`, through the rendered Jobs as processes, on a scratch database that is dropped in the end. Where a revision is
 * reached a second time the database has to be what it was the first time. The first step that is not well is the last.
 *
 * Throws `interrupted`, and as `readRevisions`, `Engine.connect` and `Session.scratch`; the scratch database is dropped then, too.
 */
export async function rehearse(request: RehearseRequest): Promise<RehearsalReport> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-revisions-'));
  try {
    const { from, to } = await readRevisions(request, folder);
    return { from: from.name, to: to.name, steps: await thereAndBack(request, from, to) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function thereAndBack(
  request: RehearseRequest,
  from: Revision,
  to: Revision,
): Promise<readonly RehearsalStep[]> {
  const { program, listener, signal } = request;
  const target = request.target(to.definition);
  const engine = to.definition.spec.engine;
  await using scratch = await makeScratch(program, { engine, target });
  let said: string[] = [];
  await using world = await startRehearsal({
    // Whoever rehearses wants to go back and forth at once.
    container: jobsOn(scratch.url, program, [...request.allow, 'reapply-after-rollback']),
    cluster: INSTALLED,
    clock: until(signal),
    // The Jobs compare it with the database's clock.
    stamp: () => new Date().toISOString(),
    onEvent: (event) => {
      if (signal.aborted) return;
      for (const line of wordsOf(event)) {
        said.push(line);
        listener.says(line);
      }
    },
  });
  // Before this nothing has begun, and nothing is told.
  listener.begins(from, to);
  const app = world.app(readApplication(APPLICATION));
  const aborted = untilAborted(signal);
  const seen = new Map<Revision, Catalog>();
  const steps: RehearsalStep[] = [];
  for (const { name, revision, act } of journey(from, to)) {
    said = [];
    listener.step(name);
    await Promise.race([act(app), aborted]);
    const { ok, lines } =
      app.operation?.phase === 'Succeeded'
        ? judge(revision, await catalogOf(revision, { ...target, url: scratch.url }), seen)
        : { ok: false, lines: [`NOT OK: ${app.operation?.message ?? 'nothing began'}`] };
    for (const line of lines) listener.says(line);
    steps.push({ name, ok, detail: [...said, ...lines].join('\n') });
    if (!ok) break;
  }
  return steps;
}

const APPLICATION = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'rehearsal' },
  spec: { source: {}, destination: { namespace: NAMESPACE } },
};

interface Leg {
  readonly name: string;
  readonly revision: Revision;
  act(app: Application): Promise<unknown>;
}

function journey(from: Revision, to: Revision): readonly Leg[] {
  const sync = (revision: Revision) => (app: Application) => {
    app.commit(revision.name, { manifests: [...revision.objects, application(revision.name)] });
    return app.sync();
  };
  return [
    { name: `sync to ${from.name}`, revision: from, act: sync(from) },
    { name: `sync to ${to.name}`, revision: to, act: sync(to) },
    { name: `rollback to ${from.name}`, revision: from, act: (app) => app.rollback(app.history[0]?.id) },
    { name: `sync to ${to.name} again`, revision: to, act: (app) => app.sync() },
  ];
}

async function catalogOf({ definition: { spec } }: Revision, target: Target): Promise<Catalog> {
  const engine = await engineOf(spec.engine);
  const { catalog } = await withSession({ engine, target: { ...target, readOnly: true } }, (session) =>
    session.readCatalog(spec.scope),
  );
  return catalog;
}

/** The first time it is noted, the second time compared. */
function judge(revision: Revision, catalog: Catalog, seen: Map<Revision, Catalog>) {
  const first = seen.get(revision);
  if (first === undefined) {
    seen.set(revision, catalog);
    const { size } = catalog.objects;
    const fingerprint = catalogFingerprint(catalog).slice(0, 15);
    return { ok: true, lines: [`ok: ${size} object${size === 1 ? '' : 's'}, fingerprint ${fingerprint}…`] };
  }
  const changes = compareCatalogs(first, catalog);
  if (changes.length === 0)
    return { ok: true, lines: [`ok: the database is what it was at ${revision.name}`] };
  return {
    ok: false,
    lines: [
      `NOT OK: the database is not what it was at ${revision.name}:`,
      ...changes.map(({ object, change, details }) =>
        [`  ${object} ${change}`, ...details.map((each) => `    ${each}`)].join('\n'),
      ),
    ],
  };
}

/** A clock that nobody waits for any more once the signal has come. */
function until(signal: AbortSignal): Clock {
  const clock = virtualClock();
  return {
    get now() {
      return clock.now;
    },
    after: (milliseconds, act) => clock.after(milliseconds, act),
    hold: () => clock.hold(),
    pass: (milliseconds, condition) =>
      clock.pass(milliseconds, () => signal.aborted || condition?.() === true),
  };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    const abort = () =>
      reject(
        new MooringError('interrupted', 'the rehearsal was interrupted; its scratch database is dropped', {
          hint: 'mooring rehearse DIR --url …   begins again, with a new one',
        }),
      );
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
  });
  aborted.catch(() => {});
  return aborted;
}
