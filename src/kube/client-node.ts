/** As much of Kubernetes' own client as finds out how an API server is reached. A file of its own when it is built. */
export { KubeConfig } from '@kubernetes/client-node';
