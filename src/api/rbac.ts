/** A rule of a Role, with the reason why it is there. */
export interface RbacRule {
  readonly why: string;
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The installed ClusterRoles: of prepare and converge, and of the check. */
export const RUNNER_ROLE = 'mooring-runner';
export const DRIFT_ROLE = 'mooring-drift';

/**
 * What the check of a DatabaseSchema may do in its namespace: tell what it found. It reads and marks; it can neither
 * delete nor create anything but Events. Nothing reads Secrets: they reach the container as its environment.
 */
export const CHECK_RULES: readonly RbacRule[] = [
  {
    why: 'Its own object: spec and status to compare with the database, the mark that makes Argo CD show OutOfSync, and an annotation that makes it look at once.',
    apiGroups: ['mooring.dev'],
    resources: ['databaseschemas'],
    verbs: ['get', 'patch'],
  },
  {
    why: 'What was found goes to the status.',
    apiGroups: ['mooring.dev'],
    resources: ['databaseschemas/status'],
    verbs: ['patch'],
  },
  {
    why: 'The tracked Jobs carry the same mark. They are found by label, since their names end in a hash; that is also how a Job is noticed that failed before its container started.',
    apiGroups: ['batch'],
    resources: ['jobs'],
    verbs: ['get', 'list', 'patch'],
  },
  {
    why: 'What a person should see is told as an Event, too.',
    apiGroups: [''],
    resources: ['events'],
    verbs: ['create'],
  },
];

/** What prepare and converge may do besides: all of it in their own namespace, by a RoleBinding. */
export const RUNNER_RULES: readonly RbacRule[] = [
  ...CHECK_RULES,
  {
    why: 'After an upgrade of image or settings the Jobs of before have another name: they are deleted before any SQL runs, so that they leave nothing behind.',
    apiGroups: ['batch'],
    resources: ['jobs'],
    verbs: ['delete'],
  },
];
