/** Definition and bundle → Kubernetes objects, for one GitOps controller. */
export { type Rendered, type RenderOptions, renderDirectory } from './directory.ts';
export { yamlDocument } from './emit.ts';
export { compareFolder, type Difference, writeFolder } from './folder.ts';
export type { KubernetesObject } from './object.ts';
export type { RenderInput, Target, Traits } from './target.ts';
export { targetNamed, targetNames } from './targets/targets.ts';
