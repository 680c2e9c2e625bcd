import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { VERSION } from '../api/api.ts';
import type { Access } from './access.ts';
import { ApiFailure } from './failure.ts';
import type { KubeObject } from './object.ts';

/** What our writes are called in `managedFields`. */
const MANAGER = 'mooring-runner';

export interface ClientOptions {
  /** The longest that a server is waited for which does not answer, milliseconds. */
  readonly patience: number;
  /** The longest for one answer, milliseconds. */
  readonly answer: number;
  readonly signal?: AbortSignal;
  readonly log: (line: string) => void;
}

export interface Clock {
  /** Epoch milliseconds of the API server: no earlier and no later than these, when it was looked at. */
  readonly earliest: number;
  readonly latest: number;
  /** Of this machine, then; from `performance.now()`. */
  readonly at: number;
}

/**
 * A few requests to the API server, each repeated while what stands in its way may pass: no answer, a slow one, 409,
 * 429, 5xx. Throws `ApiFailure` for all else, and when the patience is at its end.
 */
export class Client {
  readonly #access: Access;
  readonly #options: ClientOptions;
  /** What it has answered, each told once. */
  readonly #said = new Set<string>();
  #clock: Clock | undefined;
  /** Since when nothing was answered: what one question has waited for, the next one need not. Epoch milliseconds. */
  #away: number | undefined;

  constructor(access: Access, options: ClientOptions) {
    this.#access = access;
    this.#options = options;
  }

  /** The server's clock, as its answers told it; the surest one. */
  get clock(): Clock | undefined {
    return this.#clock;
  }

  get(path: string): Promise<KubeObject> {
    return this.#ask('GET', path);
  }

  create(path: string, object: unknown): Promise<KubeObject> {
    return this.#ask('POST', path, { type: 'application/json', body: object });
  }

  /** A JSON merge patch: `null` takes away. It holds whatever others have changed meanwhile. */
  patch(path: string, patch: unknown): Promise<KubeObject> {
    return this.#ask('PATCH', path, { type: MERGE, body: patch });
  }

  /** The same, only if nobody has changed the object since: then 409. */
  patchUnchanged(path: string, patch: { readonly metadata: unknown }): Promise<KubeObject> {
    return this.#ask('PATCH', path, { type: MERGE, body: patch }, false);
  }

  remove(path: string, uid: string): Promise<KubeObject> {
    const body = { propagationPolicy: 'Background', preconditions: { uid } };
    return this.#ask('DELETE', path, { type: 'application/json', body });
  }

  async #ask(method: string, path: string, content?: Content, throughConflict = true): Promise<KubeObject> {
    const { patience, log, signal } = this.#options;
    const began = Date.now();
    for (let attempt = 1; ; attempt += 1) {
      const until = Math.min(began, this.#away ?? began) + patience;
      try {
        const answer = await this.#send(method, path, content, until);
        this.#away = undefined;
        return answer;
      } catch (error) {
        if (!(error instanceof ApiFailure) || !mayPass(error)) throw error;
        if (error.status === 409 && !throughConflict) throw error;
        if (error.status !== 409) this.#away ??= began;
        const pause = Math.min(200 * 2 ** (attempt - 1), 5_000) * (0.5 + Math.random());
        if (Date.now() + pause > until || signal?.aborted) throw error;
        if (!this.#said.has(error.message)) log(`the API server: ${error.message}; trying again`);
        this.#said.add(error.message);
        await sleep(Math.max(pause, waitOf(error)), undefined, { signal }).catch(() => {});
      }
    }
  }

  async #send(
    method: string,
    path: string,
    content: Content | undefined,
    until: number,
  ): Promise<KubeObject> {
    const { server } = this.#access;
    const url = new URL(`${server.pathname.replace(/\/$/, '')}${path}`, server);
    if (content !== undefined) url.searchParams.set('fieldManager', MANAGER);
    const options = await this.#access.options();
    const secure = url.protocol === 'https:';
    const sent = Date.now();
    const limit = Math.max(100, Math.min(this.#options.answer, until - sent));
    const body = content === undefined ? undefined : Buffer.from(JSON.stringify(content.body));
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(
        url,
        {
          ...options,
          method,
          timeout: limit,
          headers: {
            accept: 'application/json',
            'user-agent': `${MANAGER}/${VERSION}`,
            ...options.headers,
            ...(content === undefined
              ? {}
              : { 'content-type': content.type, 'content-length': body?.length }),
          },
        },
        (response) => {
          read(response)
            .then(
              (text) => {
                clearTimeout(timer);
                this.#look(response, sent);
                resolve(parsed(response, text));
              },
              (error: unknown) => reject(unanswered(error, url)),
            )
            .catch(reject);
        },
      );
      const timer = setTimeout(
        () => request.destroy(new Error(`no answer in ${Math.round(limit / 1000)} s`)),
        limit,
      );
      request.on('error', (error) => {
        clearTimeout(timer);
        reject(unanswered(error, url));
      });
      request.end(body);
    });
  }

  /** The Date header is cut to whole seconds: the server's clock was in that second while it answered. */
  #look(response: IncomingMessage, sent: number): void {
    const date = Date.parse(response.headers.date ?? '');
    if (Number.isNaN(date)) return;
    const slack = Date.now() - sent;
    const seen = { earliest: date, latest: date + 999 + slack, at: performance.now() };
    const width =
      this.#clock === undefined ? Number.POSITIVE_INFINITY : this.#clock.latest - this.#clock.earliest;
    if (seen.latest - seen.earliest <= width) this.#clock = seen;
  }
}

const MERGE = 'application/merge-patch+json';

interface Content {
  readonly type: string;
  readonly body: unknown;
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(response: IncomingMessage, text: string): KubeObject {
  const status = response.statusCode ?? 0;
  const body = jsonOf(text);
  if (status >= 200 && status < 300 && body !== undefined) return body as unknown as KubeObject;
  const said = typeof body?.message === 'string' ? body.message : text.slice(0, 200).trim();
  const failure = new ApiFailure(
    status >= 200 && status < 300 ? 0 : status,
    typeof body?.reason === 'string' ? body.reason : '',
    said === '' ? `answered ${status}` : `${status} ${said}`,
  );
  const seconds = Number(response.headers['retry-after']);
  if (Number.isFinite(seconds)) waits.set(failure, Math.min(seconds, 30) * 1000);
  throw failure;
}

/** How long the server asked to be left alone. */
const waits = new WeakMap<ApiFailure, number>();

function waitOf(failure: ApiFailure): number {
  return waits.get(failure) ?? 0;
}

function jsonOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function unanswered(error: unknown, url: URL): ApiFailure {
  if (error instanceof ApiFailure) return error;
  return new ApiFailure(
    0,
    '',
    `${url.host}: ${error instanceof Error ? error.message : String(error)}`,
    error,
  );
}

function mayPass({ status, reason }: ApiFailure): boolean {
  return status === 0 || status === 429 || status >= 500 || (status === 409 && reason !== 'AlreadyExists');
}
