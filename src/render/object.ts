/** A value of a rendered object; `undefined` members are not there. */
export type Value = string | number | boolean | null | readonly Value[] | Mapping;

export type Mapping = { readonly [key: string]: Value | undefined };

/** A Kubernetes object as far as all of them are alike. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Mapping;
  readonly [key: string]: Value | undefined;
}
