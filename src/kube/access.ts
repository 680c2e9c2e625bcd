import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import { delimiter } from 'node:path';
import { MooringError } from '../api/api.ts';
import type { KubeConfig as Config } from './client-node.ts';

/** How the API server is reached, and by whom. */
export interface Access {
  readonly server: URL;
  /** sha256 hex of the cluster's certificate authority: what tells one cluster from another. Absent without one. */
  readonly cluster?: string;
  /** Headers, and the agent with its certificates; asked anew for each request, for tokens change. */
  options(): Promise<Pick<RequestOptions, 'agent' | 'auth' | 'headers'>>;
}

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * The access that KUBECONFIG gives, or else the service account of the pod; undefined outside a cluster. The client of
 * Kubernetes is loaded here, for most of what we do never needs it. Throws `usage` for a file that is none.
 */
export async function findAccess(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Access | undefined> {
  const files = env.KUBECONFIG ?? '';
  if (files === '' && (env.KUBERNETES_SERVICE_HOST === undefined || !existsSync(TOKEN))) return undefined;
  const { KubeConfig } = await import('./client-node.ts');
  const config = new KubeConfig();
  try {
    if (files === '') config.loadFromCluster();
    else loadFiles(config, KubeConfig, files);
  } catch (cause) {
    throw new MooringError('usage', `KUBECONFIG is ${files}: ${(cause as Error).message}`, {
      hint: 'Name a kubeconfig file, or unset KUBECONFIG for the service account of the pod.',
      cause,
    });
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new MooringError('usage', `KUBECONFIG is ${files}: its current context names no cluster`, {
      hint: 'kubectl config use-context NAME',
    });
  }
  const id = idOf(cluster.caData, cluster.caFile);
  let kept: RequestOptions['agent'];
  return {
    server: new URL(cluster.server),
    ...(id === undefined ? {} : { cluster: id }),
    options: async () => {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      // The client makes an agent for each request: with one that stays, two marks come right after one another.
      kept ??= cluster.proxyUrl === undefined ? agentOf(cluster.server, options) : options.agent;
      const { auth, headers } = options;
      return {
        agent: kept,
        ...(auth == null ? {} : { auth }),
        ...(headers === undefined ? {} : { headers }),
      };
    },
  };
}

/** As kubectl takes several files: merged, the first one's context in force. */
function loadFiles(config: Config, Another: new () => Config, files: string): void {
  const [first = '', ...others] = files.split(delimiter).filter((file) => file !== '');
  config.loadFromFile(first);
  for (const file of others) {
    const other = new Another();
    other.loadFromFile(file);
    config.mergeConfig(other);
  }
}

function agentOf(
  server: string,
  { ca, cert, key, passphrase, rejectUnauthorized, servername }: RequestOptions,
) {
  if (server.startsWith('http:')) return new HttpAgent({ keepAlive: true });
  const given = { ca, cert, key, passphrase, rejectUnauthorized, servername };
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return new HttpsAgent({ keepAlive: true, ...options });
}

function idOf(data: string | undefined, file: string | undefined): string | undefined {
  const bytes =
    data !== undefined && data !== ''
      ? Buffer.from(data, 'base64')
      : file !== undefined && existsSync(file)
        ? readFileSync(file)
        : undefined;
  return bytes === undefined ? undefined : createHash('sha256').update(bytes).digest('hex');
}
