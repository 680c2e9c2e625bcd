import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { dump } from 'js-yaml';
import {
  API_VERSION,
  BUNDLE_SCHEMA,
  CHECK_RULES,
  DEFINITION_SCHEMA,
  DRIFT_ROLE,
  type JsonSchema,
  type RbacRule,
  RUNNER_ROLE,
  RUNNER_RULES,
  STATUS_SCHEMA,
} from '../src/api/api.ts';

const ROOT = resolve(import.meta.dirname, '..');
const [GROUP = '', VERSION = ''] = API_VERSION.split('/');
const HEALTH = 'manifests/argocd/health.lua';

const MADE = '# Made by scripts/write-manifests.ts. To change it: change';

/** Manifests that repeat what the code declares, by their path from the root; a test says when they are out of date. */
export function manifests(): Readonly<Record<string, string>> {
  const health = readFileSync(join(ROOT, HEALTH), 'utf8');
  return {
    'manifests/crd/databaseschemas.yaml': yaml(
      `${MADE} src/api/status-schema.ts or src/api/definition-schema.ts, then node scripts/write-manifests.ts`,
      customResourceDefinition(),
    ),
    'manifests/rbac/runner.yaml': clusterRole(RUNNER_ROLE, 'For prepare and converge.', RUNNER_RULES),
    'manifests/rbac/drift.yaml': clusterRole(DRIFT_ROLE, 'For the drift check.', CHECK_RULES),
    'manifests/argocd/component/argocd-cm.yaml': yaml(
      `${MADE} ${HEALTH}, then node scripts/write-manifests.ts`,
      healthSetting(health),
    ),
  };
}

/** Columns of `kubectl get`; priority 1 with `-o wide` only. */
const COLUMNS = [
  { name: 'Engine', type: 'string', jsonPath: '.spec.engine' },
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason' },
  {
    name: 'At',
    type: 'string',
    jsonPath: '.status.history.head',
    description: 'Newest applied migration.',
  },
  {
    name: 'Wanted',
    type: 'string',
    jsonPath: '.spec.bundle.head',
    description: 'Last migration in Git.',
  },
  { name: 'Drift', type: 'integer', jsonPath: '.status.drift.count', description: 'Objects that differ.' },
  {
    name: 'Checked',
    type: 'date',
    jsonPath: '.status.checkedAt',
    description: 'Since the database was last looked at.',
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  { name: 'Applied', type: 'integer', jsonPath: '.status.history.count', priority: 1 },
  { name: 'Migrations', type: 'integer', jsonPath: '.spec.bundle.migrations', priority: 1 },
  {
    name: 'Message',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].message',
    priority: 1,
  },
];

function customResourceDefinition(): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `databaseschemas.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: {
        kind: 'DatabaseSchema',
        listKind: 'DatabaseSchemaList',
        plural: 'databaseschemas',
        singular: 'databaseschema',
        shortNames: ['dbschema'],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: COLUMNS,
          schema: { openAPIV3Schema: objectSchema() },
        },
      ],
    },
  };
}

function objectSchema(): object {
  return {
    type: 'object',
    description:
      'One database schema: what Git says of it, and where the database stands. Rendered by Mooring; not written by hand.',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: specSchema(),
      status: STATUS_SCHEMA,
    },
  };
}

/** The definition as its renderer has parsed it: that one has checked all of it, with words that a person can use. */
function specSchema(): object {
  const { job: _, manifests: __, ...definition } = DEFINITION_SCHEMA.properties?.spec?.properties ?? {};
  return {
    type: 'object',
    description: DEFINITION_SCHEMA.properties?.spec?.description,
    required: ['engine', 'bundle'],
    'x-kubernetes-preserve-unknown-fields': true,
    properties: {
      ...Object.fromEntries(Object.entries(definition).map(([name, member]) => [name, loose(member)])),
      bundle: BUNDLE_SCHEMA,
    },
  };
}

/** Types, lists of values and descriptions stay; what a newer renderer adds is kept; what has several types is left open. */
function loose(schema: JsonSchema): object {
  const { description, properties, items } = schema;
  const values = schema.enum;
  const type = schema.type ?? (values === undefined ? undefined : 'string');
  if (type === undefined) return { description, 'x-kubernetes-preserve-unknown-fields': true };
  if (type === 'array') return { type, description, items: loose(items ?? { 'x-expected': 'anything' }) };
  if (type !== 'object') return { type, description, ...(values === undefined ? {} : { enum: values }) };
  return {
    type,
    description,
    'x-kubernetes-preserve-unknown-fields': true,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, member]) => [name, loose(member)]),
          ),
        }),
  };
}

/** Each rule below the reason why it is there. */
function clusterRole(name: string, purpose: string, rules: readonly RbacRule[]): string {
  const head = yaml(
    `${MADE} src/api/rbac.ts, then node scripts/write-manifests.ts\n${comment(
      `${purpose} Bound by a RoleBinding in the namespace of each DatabaseSchema, never by a ClusterRoleBinding.`,
    )}`,
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name } },
  );
  const body = rules.map(({ why, ...rule }) => {
    const list = (key: string, values: readonly string[]): string =>
      `${key}: [${values.map((value) => JSON.stringify(value)).join(', ')}]`;
    return [
      ...comment(why)
        .split('\n')
        .map((line) => `  ${line}`),
      `  - ${list('apiGroups', rule.apiGroups)}`,
      `    ${list('resources', rule.resources)}`,
      `    ${list('verbs', rule.verbs)}`,
    ].join('\n');
  });
  return `${head}rules:\n${body.join('\n')}\n`;
}

function comment(text: string): string {
  return text.replace(/(.{1,110})(?: |$)/g, '# $1\n').trimEnd();
}

/** With the label by which Argo CD finds its own settings. */
function healthSetting(script: string): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-cm', labels: { 'app.kubernetes.io/part-of': 'argocd' } },
    data: { [`resource.customizations.health.${GROUP}_DatabaseSchema`]: script },
  };
}

function yaml(head: string, value: object): string {
  return `${head}\n${dump(value, { lineWidth: -1, noRefs: true })}`;
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(manifests())) await writeFile(join(ROOT, path), text);
}
