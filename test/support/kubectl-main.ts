import { readFileSync } from 'node:fs';
import { kubectl } from './kubectl.ts';

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string } }];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
  readonly contexts: readonly [{ readonly context: { readonly namespace: string } }];
}

const { clusters, users, contexts } = JSON.parse(
  readFileSync(process.env.KUBECONFIG ?? '', 'utf8'),
) as Kubeconfig;
const { exit, text } = await kubectl(process.argv.slice(2), {
  url: clusters[0].cluster.server,
  token: users[0].user.token,
  namespace: contexts[0].context.namespace,
});
if (text !== '') (exit === 0 ? process.stdout : process.stderr).write(`${text}\n`);
process.exitCode = exit;
