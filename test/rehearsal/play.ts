import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mergePatch } from '../../src/definition/definition.ts';
import {
  type Answer,
  type Application,
  type ContainerSpec,
  type KubeObject,
  type Program,
  type Rehearsal,
  type RehearsalEvent,
  readApplication,
  startRehearsal,
  tellEvent,
  virtualClock,
} from '../../src/rehearsal/rehearsal.ts';
import { kubectl } from '../support/kubectl.ts';
import { luaHealth } from '../support/lua-health.ts';
import { argocd } from './argocd-command.ts';
import { FOLDER, type Scenario } from './scenario.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const BIN = join(import.meta.dirname, '../support/bin');

/** A line of what happened, and its second. */
export interface Line {
  readonly second: number;
  readonly text: string;
}

/** Plays the steps of a scenario against the rehearsal; gives what each of them led to. */
export async function play(scenario: Scenario, mode: string): Promise<readonly (readonly Line[])[]> {
  const clock = virtualClock({ start: START });
  const delay = scenario.environment.get('ARGOCD_SYNC_WAVE_DELAY');
  await using world = await startRehearsal({
    clock,
    cluster: scenario.cluster,
    container: stub,
    health: (object, now) => healthOf(scenario, object, now),
    ...(delay === undefined ? {} : { waveDelay: Number(delay) * 1000 }),
  });
  const manifest = mergePatch(scenario.application, (scenario.modes.get(mode) ?? {}) as never) as KubeObject;
  const app = world.app(readApplication(manifest, scenario.project));
  const told: (readonly Line[])[] = [];
  for (const { line } of scenario.steps) {
    const from = world.events.length;
    const { exit, text } = await act(line, { world, app, scenario });
    const happened = world.events.slice(from).map(lineOf);
    const said = text === '' && exit === 0 ? [] : text.split('\n');
    told.push([...happened, ...said.map((one) => lineAt(clock.now, `[${exit}] ${one}`))]);
  }
  return told;
}

function lineOf(event: RehearsalEvent): Line {
  return lineAt(event.at, tellEvent(event));
}

function lineAt(now: number, text: string): Line {
  return { second: (now - START) / 1000, text: text.replaceAll('\n', ' | ') };
}

export function printed({ second, text }: Line): string {
  return `${second.toFixed(1).padStart(8)}  ${text}`;
}

/** The scenarios' one image, and what stands for an image that is not to be had. */
function stub({ image, args, env }: ContainerSpec): Program | undefined {
  if (image !== 'stub') return undefined;
  const path = `${BIN}:${dirname(process.execPath)}:/usr/bin:/bin`;
  return {
    file: '/bin/sh',
    args: [join(FOLDER, 'common/stub.sh'), ...args],
    env: { ...env, PATH: path, NODE: process.execPath },
  };
}

function healthOf({ scripts }: Scenario, object: KubeObject, now: Date) {
  const group = object.apiVersion.includes('/') ? `${object.apiVersion.split('/')[0]}_` : '';
  const script = scripts.get(`${group}${object.kind}`);
  return script === undefined ? undefined : luaHealth(script, object, now);
}

interface Stage {
  readonly world: Rehearsal;
  readonly app: Application;
  readonly scenario: Scenario;
}

const SILENT: Answer = { exit: 0, text: '' };

async function act(line: string, stage: Stage): Promise<Answer> {
  const [command, input = ''] = line.split(' < ');
  const [program, ...args] = words(command ?? '');
  switch (program) {
    case 'git':
      return gitPush(args, stage);
    case 'wait':
      await stage.world.wait(seconds(args[0] ?? '') * 1000);
      return SILENT;
    case 'argocd':
      return argocd(args, stage);
    case 'kubectl': {
      const text =
        input === ''
          ? ''
          : (new RegExp(`^-- ${input} --\n([\\s\\S]*?)(?=^-- |$(?![\\s\\S]))`, 'm').exec(
              stage.scenario.rest,
            )?.[1] ?? '');
      const { namespace } = stage.app.settings;
      const config = JSON.parse(readFileSync(await stage.world.kubeconfig(namespace), 'utf8'));
      return kubectl(args, { url: stage.world.url, token: config.users[0].user.token, namespace }, text);
    }
    default:
      throw new Error(`no such step: ${line}`);
  }
}

/** `git push A`, and of several sources `git push web=A`. */
function gitPush([, ...commits]: readonly string[], { app, scenario }: Stage): Answer {
  for (const commit of commits) {
    const [source, name] = commit.includes('=') ? commit.split('=') : ['', commit];
    const index = source === '' ? 0 : app.settings.sources.findIndex((one) => one.name === source);
    const output = scenario.revisions.get(name ?? '');
    if (output === undefined || index < 0) throw new Error(`no revision ${commit}`);
    app.commit(name ?? '', output, index);
  }
  return SILENT;
}

function words(text: string): readonly string[] {
  return [...text.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function seconds(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`no time: ${text}`);
  return Number(number) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1);
}
