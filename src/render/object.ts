/** A value of a rendered object; `undefined` members are not there. */
export type Value = string | number | boolean | null | readonly Value[] | Mapping | DataMap;

export type Mapping = { readonly [key: string]: Value | undefined };

/** Data of a ConfigMap, kept as they come because there may be thousands; bytes are written in base64. */
export type DataMap = ReadonlyMap<string, string | Uint8Array>;

/** A Kubernetes object as far as all of them are alike. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Mapping;
  readonly [key: string]: Value | undefined;
}
