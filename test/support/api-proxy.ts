import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands between a client and the API server. */
export type Trouble =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly reason: string;
      readonly retryAfter?: number;
    }
  | { readonly kind: 'slow'; readonly ms: number }
  /** The connection is closed without an answer. */
  | { readonly kind: 'away' };

export interface ApiProxy extends AsyncDisposable {
  readonly url: string;
  /** The next `count` requests that fit meet it; `method` and a part of the path narrow it. */
  trouble(
    trouble: Trouble,
    count: number,
    which?: { readonly method?: string | undefined; readonly path?: string | undefined },
  ): void;
  /** All is well again. */
  clear(): void;
  /** As many were met as were asked for, and nothing is waiting. */
  readonly left: number;
  /** Method and path of all requests that came, in order. */
  readonly seen: readonly string[];
}

/** A proxy before an API server that answers some requests itself, late, or not at all. */
export async function startApiProxy(target: string): Promise<ApiProxy> {
  const waiting: {
    trouble: Trouble;
    count: number;
    method?: string | undefined;
    path?: string | undefined;
  }[] = [];
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const { method = 'GET', url = '/' } = request;
    seen.push(`${method} ${url}`);
    const met = waiting.find(
      (each) =>
        each.count > 0 &&
        (each.method === undefined || each.method === method) &&
        (each.path === undefined || url.includes(each.path)),
    );
    if (met !== undefined) met.count -= 1;
    const trouble = met?.trouble;
    if (trouble?.kind === 'away') {
      request.socket.destroy();
      return;
    }
    if (trouble?.kind === 'answer') {
      request.resume();
      response.writeHead(trouble.status, {
        'content-type': 'application/json',
        ...(trouble.retryAfter === undefined ? {} : { 'retry-after': String(trouble.retryAfter) }),
      });
      response.end(
        JSON.stringify({
          kind: 'Status',
          apiVersion: 'v1',
          status: 'Failure',
          reason: trouble.reason,
          code: trouble.status,
          message: `${trouble.reason} by order of the test`,
        }),
      );
      return;
    }
    const pass = (): void => {
      const on = httpRequest(new URL(url, target), { method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      on.on('error', () => response.destroy());
      request.pipe(on);
    };
    if (trouble?.kind === 'slow') setTimeout(pass, trouble.ms);
    else pass();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    trouble: (trouble, count, which = {}) => void waiting.push({ trouble, count, ...which }),
    clear: () => void waiting.splice(0),
    get left() {
      return waiting.reduce((sum, { count }) => sum + count, 0);
    },
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
