/** As much of an object as is looked at; what the API server says is taken for no more than it is. */
export interface KubeObject {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
  readonly status?: unknown;
  readonly items?: readonly KubeObject[];
}

export function annotation(object: KubeObject | undefined, name: string): string | undefined {
  const value = object?.metadata?.annotations?.[name];
  return typeof value === 'string' ? value : undefined;
}

export function nameOf(object: KubeObject): string {
  return object.metadata?.name ?? '';
}

export function uidOf(object: KubeObject): string {
  return object.metadata?.uid ?? '';
}

/** When it was made, epoch milliseconds, at the latest: Kubernetes writes whole seconds. Undefined where nothing is said. */
export function madeBy(object: KubeObject): number | undefined {
  const text = object.metadata?.creationTimestamp ?? '';
  const time = Date.parse(text);
  if (Number.isNaN(time)) return undefined;
  return /\.\d/.test(text) ? time : time + 999;
}
