import { EXIT, VERSION } from '../api/api.ts';
import { loadCompiled } from './compiled.ts';

/** The only place that ends the process. `--version` must not wait for anything else to load. */
const [first] = process.argv.slice(2);
if (first === '--version' || first === '-V') {
  process.stdout.write(`${VERSION}\n`);
} else {
  const { run } = await load();
  process.exitCode = await run(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return EXIT.failed;
  });
  // By now all is said; a connection that nobody answers any more keeps nobody waiting.
  setInterval(() => {
    if (process.stdout.writableLength + process.stderr.writableLength === 0) process.exit();
  }, 2_000).unref();
}

/** The sources as they are, or the bundle that was made of them. */
async function load(): Promise<typeof import('./run.ts')> {
  if (import.meta.filename.endsWith('.ts')) return import('./run.ts');
  return loadCompiled(`${import.meta.dirname}/lib`, 'run.cjs') as typeof import('./run.ts');
}
