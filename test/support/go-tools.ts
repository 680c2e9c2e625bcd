import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE, ROOT } from './cache.ts';

const run = promisify(execFile);

/** Judges that are written in Go: two of ours around code of Argo CD's interpreter and of Kubernetes, and kustomize. */
export type GoTool = 'argocd-health' | 'k8s-objects' | 'kustomize';

const KUSTOMIZE = 'sigs.k8s.io/kustomize/kustomize/v5@v5.8.2';
const SOURCES = join(ROOT, 'test/go');

/** Why a test without the tool is skipped. */
export const NO_GO_TOOL = 'it was not built: it needs Go 1.26 and its module proxy (make setup)';

/** Path of the program, if it was built from these sources. */
export function goTool(name: GoTool): string | undefined {
  const path = join(folder(), name);
  return existsSync(path) ? path : undefined;
}

/** Builds what is not there yet; returns a sentence for each that could not be built. */
export async function buildGoTools(): Promise<readonly string[]> {
  const failures: string[] = [];
  await mkdir(folder(), { recursive: true });
  const env = { ...process.env, CGO_ENABLED: '0', GOBIN: folder() };
  const go = async (name: GoTool, args: readonly string[]): Promise<void> => {
    if (goTool(name) !== undefined) return;
    await run('go', [...args], { cwd: SOURCES, env, timeout: 600_000 }).catch((error: unknown) => {
      failures.push(`${name} could not be built: ${String(error).trim().split('\n').slice(0, 3).join(' ')}`);
    });
  };
  await go('argocd-health', ['install', './argocd-health']);
  await go('k8s-objects', ['install', './k8s-objects']);
  await go('kustomize', ['install', KUSTOMIZE]);
  return failures;
}

/** Of its own for each state of the sources, so that no test asks a judge of before. */
function folder(): string {
  const hash = createHash('sha256').update(KUSTOMIZE);
  for (const file of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).sort())
    if (/\.(go|mod|sum)$/.test(file)) hash.update(file).update(readFileSync(join(SOURCES, file)));
  return join(CACHE, 'go', hash.digest('hex').slice(0, 12));
}
