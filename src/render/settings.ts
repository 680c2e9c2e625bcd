import {
  ANNOTATIONS,
  connectionVariables,
  DATABASE,
  type Definition,
  DRIFT_DATABASE,
  ENV,
  type Json,
  type JsonObject,
  LABELS,
  MooringError,
  redact,
  sourceVariable,
} from '../api/api.ts';
import type { Target } from './target.ts';

/**
 * What the schema of the definition cannot say of `spec.job` and of what lands in a manifest. Throws
 * `definition-invalid` with all that is wrong: keys that the controller or we rely on, variables that are ours,
 * passwords, Pods that would not be let in, waves that run in the wrong order.
 */
export function checkSettings(definition: Definition, file: string, target: Target): void {
  const { job } = definition.spec;
  const template = (job.podTemplate.metadata ?? {}) as JsonObject;
  const problems = [
    ...reservedKeys('spec.job.labels', job.labels, target),
    ...reservedKeys('spec.job.annotations', job.annotations, target),
    ...reservedKeys('spec.job.podTemplate.metadata.labels', template.labels, target),
    ...reservedKeys('spec.job.podTemplate.metadata.annotations', template.annotations, target),
    ...environmentProblems(job.env),
    ...securityProblems(job.securityContext ?? {}),
    ...credentials(definition.spec as unknown as Json, 'spec'),
  ];
  if (problems.length > 0) throw invalidSettings(file, problems);
}

/** One error for all of them. */
export function invalidSettings(file: string, problems: readonly string[]): MooringError {
  const [first = ''] = problems;
  const message =
    problems.length === 1
      ? `${file}: ${first}`
      : `${file}: ${problems.length} problems:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
  return new MooringError('definition-invalid', message, {
    file,
    hint: 'What is rendered, and which settings change it: docs/argocd.md.',
    problems: problems.map((problem) => ({ message: problem, file })),
  });
}

/** Set by us, by the Job controller, or by what tracks an application by its label. */
const RESERVED_KEYS: ReadonlySet<string> = new Set([
  LABELS.managedBy,
  'app.kubernetes.io/instance',
  'job-name',
  'controller-uid',
]);
const RESERVED = [ANNOTATIONS.state.replace(/[^/]*$/, ''), 'batch.kubernetes.io/'];

function reservedKeys(path: string, given: Json | undefined, { reserved }: Target): readonly string[] {
  if (typeof given !== 'object' || given === null) return [];
  return Object.keys(given)
    .filter(
      (key) => RESERVED_KEYS.has(key) || [...RESERVED, ...reserved].some((begin) => key.startsWith(begin)),
    )
    .map(
      (key) =>
        `${path} has ${JSON.stringify(key)}, by which objects are told apart or applied: it cannot be set here.`,
    );
}

const OUR_VARIABLES: ReadonlySet<string> = new Set(
  [
    ...Object.values(ENV).filter((name) => name !== ENV.patience),
    ...Object.values(connectionVariables(DATABASE)),
    ...Object.values(connectionVariables(DRIFT_DATABASE)),
  ].flatMap((variable) => [variable, sourceVariable(variable)]),
);

/** Names whose value nobody writes into a manifest. */
const SECRET_NAME = /(PASSWORD|PASSWD|PWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)$/i;

function environmentProblems(env: readonly Json[]): readonly string[] {
  return env.flatMap((variable, index) => {
    const path = `spec.job.env[${index}]`;
    const { name, value } = (typeof variable === 'object' && variable !== null ? variable : {}) as JsonObject;
    if (typeof name !== 'string' || name === '')
      return [`${path} has no name: expected a variable as Kubernetes has it.`];
    if (OUR_VARIABLES.has(name))
      return [`${path} is ${name}, which is set from other keys of the definition.`];
    if (SECRET_NAME.test(name) && typeof value === 'string' && value !== '') {
      return [
        `${path} has the value of ${name} in it: expected valueFrom.secretKeyRef, for manifests are read by many.`,
      ];
    }
    return [];
  });
}

function securityProblems(context: JsonObject): readonly string[] {
  return [
    ...(context.runAsNonRoot === undefined || context.runAsNonRoot === true
      ? []
      : ['spec.job.securityContext.runAsNonRoot has to stay true: the runner does not run as root.']),
    ...(context.runAsUser === 0
      ? [
          'spec.job.securityContext.runAsUser is 0: expected another user, for the runner does not run as root.',
        ]
      : []),
  ];
}

/** Manifests lie in plain text in caches and histories. */
function credentials(value: Json | undefined, path: string): readonly string[] {
  if (typeof value === 'string') {
    return redact(value) === value
      ? []
      : [`${path} holds a password: expected a reference to a Secret, for manifests are read by many.`];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    credentials(member, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`),
  );
}
