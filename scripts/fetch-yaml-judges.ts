import { buildGoJudge, fetchPythonJudges } from '../test/support/judges.ts';

// Each by itself: a machine may have one language and not the other.
for (const [name, fetch] of [
  ['PyYAML and kubernetes-validate', fetchPythonJudges],
  ["Kubernetes' YAML decoder", buildGoJudge],
] as const) {
  try {
    await fetch();
  } catch (error) {
    process.stderr.write(`!!! ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
