import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Who may do everything. */
export const ADMIN = 'system:admin';

/** Tokens of the cluster's accounts, and kubeconfig files that hold them. */
export class Access {
  /** Of the API server. */
  readonly url: string;
  readonly #folder: string;
  readonly #users = new Map<string, string>();

  constructor(url: string, folder: string) {
    this.url = url;
    this.#folder = folder;
  }

  tokenOf(user: string): string {
    const token = createHash('sha256').update(`${this.#folder} ${user}`).digest('hex');
    this.#users.set(token, user);
    return token;
  }

  /** undefined for a token that nobody was given. */
  userOf(token: string): string | undefined {
    return this.#users.get(token);
  }

  /** Writes a kubeconfig file, and returns its path. */
  async kubeconfig(user: string, namespace: string): Promise<string> {
    const path = join(this.#folder, `${user}.${namespace}.kubeconfig`.replace(/[^\w.-]/g, '_'));
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      // Kubernetes' own client takes a plain http URL only with these words.
      clusters: [{ name: 'rehearsal', cluster: { server: this.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: user, user: { token: this.tokenOf(user) } }],
      contexts: [{ name: 'rehearsal', context: { cluster: 'rehearsal', user, namespace } }],
      'current-context': 'rehearsal',
    };
    await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
    return path;
  }
}

export function accountUser(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}
