import module from 'node:module';
import { join } from 'node:path';
import { EXIT, VERSION } from '../api/api.ts';

/** The only place that ends the process. `--version` must not wait for anything else to load. */
const [first] = process.argv.slice(2);
if (first === '--version' || first === '-V') {
  process.stdout.write(`${VERSION}\n`);
} else {
  // Beside the program, so that whoever may write it may write the program as well; elsewhere anyone could leave code.
  if (import.meta.filename.endsWith('.mjs'))
    module.enableCompileCache({ directory: join(import.meta.dirname, '.compiled'), portable: true });
  const { run } = await import('./run.ts');
  process.exitCode = await run(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return EXIT.failed;
  });
}
