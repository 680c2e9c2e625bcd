import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CORE_SCHEMA, load } from 'js-yaml';
import { type Json, type JsonMap, mapAt } from '../values.ts';
import type { Access } from './access.ts';
import { ApiError } from './api-error.ts';
import { type Answer, type ApiRequest, answer } from './api-routes.ts';
import { discover } from './discovery.ts';
import type { Store } from './store.ts';
import { watch } from './watch.ts';

export interface ApiServer {
  readonly url: string;
  /** Who may come in is known only once there is a URL. */
  open(store: Store, access: Access, logOf: (namespace: string, pod: string) => string): void;
  close(): Promise<void>;
}

/**
 * The API server over HTTP on loopback, as far as clients of ordinary objects need it: get, list, watch, create,
 * replace, JSON merge patch, server-side apply, delete, `status`, a pod's `log` and `eviction`, and discovery. No TLS:
 * nothing of it leaves this machine.
 */
export async function startApiServer(): Promise<ApiServer> {
  let respond: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async (_, response) =>
    send(response, 503, { message: 'not yet open' });
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    open: (store, access, logOf) => {
      respond = async (request, response) => {
        // A client compares it with its own clock: it must be the one that is written into objects.
        response.setHeader('Date', new Date(store.stamp()).toUTCString());
        try {
          await respondTo(store, access, logOf, request, response);
        } catch (error) {
          const said = error instanceof ApiError ? error : new ApiError('InternalError', String(error));
          send(response, said.status, statusOf(said));
        }
      };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function respondTo(
  store: Store,
  access: Access,
  logOf: (namespace: string, pod: string) => string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', access.url);
  const user = userOf(access, request);
  const found = discover(store.kinds, url.pathname);
  if (found !== undefined) return send(response, 200, found);
  const parts = partsOf(url);
  const kind = store.kinds.byPlural(parts.group, parts.plural);
  if (kind === undefined) throw new ApiError('NotFound', 'the server could not find the requested resource');
  const asked: ApiRequest = {
    ...parts,
    kind,
    user,
    method: request.method ?? 'GET',
    type: request.headers['content-type']?.split(';')[0] ?? '',
    query: url.searchParams,
    agent: request.headers['user-agent']?.split('/')[0] ?? 'client',
    body: await bodyOf(request),
  };
  if (asked.query.get('watch') === 'true' || asked.query.get('watch') === '1')
    return watch(store, asked, response);
  const got: Answer = answer(store, asked, logOf);
  if (typeof got.body === 'string') {
    response.writeHead(got.status, { 'content-type': 'text/plain' }).end(got.body);
  } else send(response, got.status, got.body);
}

function userOf(access: Access, request: IncomingMessage): string {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const user = access.userOf(token);
  if (user === undefined) throw new ApiError('Unauthorized', 'Unauthorized');
  return user;
}

/** `/apis/batch/v1/namespaces/demo/jobs/gate/status` in its parts. */
function partsOf({
  pathname,
}: URL): Pick<ApiRequest, 'group' | 'namespace' | 'plural' | 'name' | 'subresource'> {
  const [root, ...rest] = pathname.split('/').slice(1).map(decodeURIComponent);
  const group = root === 'apis' ? (rest[0] ?? '') : '';
  const path = rest.slice(root === 'apis' ? 2 : 1);
  const scoped = path[0] === 'namespaces' && path.length > 2 && !SUBRESOURCES.has(path[2] ?? '');
  const [plural = '', name = '', subresource = ''] = scoped ? path.slice(2) : path;
  return { group, namespace: scoped ? (path[1] ?? '') : '', plural, name, subresource };
}

/** Of a namespace itself. */
const SUBRESOURCES = new Set(['status', 'finalize']);

async function bodyOf(request: IncomingMessage): Promise<JsonMap> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return {};
  try {
    // JSON is YAML, and an apply patch may be either.
    return mapAt((load(text, { schema: CORE_SCHEMA }) ?? null) as Json);
  } catch (cause) {
    throw new ApiError('BadRequest', `the object provided is unrecognized: ${(cause as Error).message}`);
  }
}

function statusOf(error: ApiError): JsonMap {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: error.message,
    reason: error.reason,
    code: error.status,
  };
}

function send(response: ServerResponse, status: number, body: JsonMap): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
