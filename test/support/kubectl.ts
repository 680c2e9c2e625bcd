import { parseArgs } from 'node:util';

export interface Target {
  readonly url: string;
  readonly token: string;
  readonly namespace: string;
}

export interface Printed {
  readonly exit: number;
  readonly text: string;
}

interface Body {
  readonly [field: string]: unknown;
}

/** The part of kubectl that the scenarios need, over HTTP: get, annotate, patch, apply, delete, drain, create job. */
export async function kubectl(args: readonly string[], target: Target, input = ''): Promise<Printed> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      namespace: { type: 'string', short: 'n' },
      output: { type: 'string', short: 'o' },
      overwrite: { type: 'boolean' },
      subresource: { type: 'string' },
      type: { type: 'string' },
      patch: { type: 'string', short: 'p' },
      filename: { type: 'string', short: 'f' },
      selector: { type: 'string', short: 'l' },
      cascade: { type: 'string', default: 'background' },
      'grace-period': { type: 'string' },
      'server-side': { type: 'boolean' },
      'ignore-daemonsets': { type: 'boolean' },
    },
  });
  const [verb, what = '', ...rest] = positionals;
  const client = new Client({ ...target, namespace: values.namespace ?? target.namespace });
  switch (verb) {
    case 'get':
      return client.get(what, values.output);
    case 'annotate':
      return client.patch(what, { metadata: { annotations: annotations(rest) } }, 'kubectl-annotate');
    case 'patch':
      return client.patch(
        what,
        JSON.parse(values.patch ?? '{}') as Body,
        'kubectl-patch',
        values.subresource,
      );
    case 'apply':
      return client.apply(input);
    case 'delete':
      return client.delete(what, values.selector, values.cascade, values['grace-period']);
    case 'drain':
      return client.drain();
    default:
      return { exit: 1, text: `error: unknown command "${verb}"` };
  }
}

/** `key=value`, and `key-` to take it away. */
function annotations(words: readonly string[]): Body {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=');
      return equals < 0 ? [word.replace(/-$/, ''), null] : [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}

class Client {
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  async get(what: string, output = ''): Promise<Printed> {
    const { ok, body } = await this.#send('GET', await this.#path(what));
    if (!ok) return failure(body);
    const [, path] = /^jsonpath=\{(.*)\}$/.exec(output) ?? [];
    return { exit: 0, text: path === undefined ? JSON.stringify(body) : text(pick(body, path)) };
  }

  async patch(what: string, patch: Body, manager: string, subresource = ''): Promise<Printed> {
    const path = `${await this.#path(what)}${subresource === '' ? '' : `/${subresource}`}?fieldManager=${manager}`;
    const { ok, body } = await this.#send(
      'PATCH',
      path,
      JSON.stringify(patch),
      'application/merge-patch+json',
    );
    return ok ? { exit: 0, text: '' } : failure(body);
  }

  /** As JSON or YAML; server-side, so that nothing has to be read first. */
  async apply(input: string): Promise<Printed> {
    const kind = /^kind: *(\S+)/m.exec(input)?.[1] ?? '';
    const name = /^metadata: *\{?[\s\S]*?name: *([\w.-]+)/m.exec(input)?.[1] ?? '';
    const path = `${await this.#path(`${kind}/${name}`)}?fieldManager=kubectl&force=true`;
    const { ok, body } = await this.#send('PATCH', path, input, 'application/apply-patch+yaml');
    return ok ? { exit: 0, text: '' } : failure(body);
  }

  async delete(
    what: string,
    selector: string | undefined,
    cascade: string,
    grace?: string,
  ): Promise<Printed> {
    const options = {
      propagationPolicy: `${cascade.slice(0, 1).toUpperCase()}${cascade.slice(1)}`,
      ...(grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }),
    };
    const names = selector === undefined ? [what] : await this.#select(what, selector);
    for (const name of names) {
      const { ok, body } = await this.#send('DELETE', await this.#path(name), JSON.stringify(options));
      if (!ok) return failure(body);
    }
    return { exit: 0, text: '' };
  }

  /** Evicts every pod. */
  async drain(): Promise<Printed> {
    for (const name of await this.#select('pod', '')) {
      const { ok, body } = await this.#send('POST', `${await this.#path(name)}/eviction`, '{}');
      if (!ok) return failure(body);
    }
    return { exit: 0, text: '' };
  }

  async #select(kind: string, selector: string): Promise<readonly string[]> {
    const path = (await this.#path(`${kind}/`)).replace(/\/$/, '');
    const { body } = await this.#send('GET', `${path}?labelSelector=${encodeURIComponent(selector)}`);
    const items = body.items as readonly { readonly metadata: { readonly name: string } }[];
    return items.map(({ metadata }) => `${kind}/${metadata.name}`);
  }

  /** `job/gate` as a path, by what the server says of its kinds. */
  async #path(what: string): Promise<string> {
    const [kind = '', name = ''] = what.split('/');
    const { body } = await this.#send('GET', '/apis');
    const groups = body.groups as readonly { preferredVersion: { groupVersion: string } }[];
    const roots = ['/api/v1', ...groups.map((group) => `/apis/${group.preferredVersion.groupVersion}`)];
    for (const root of roots) {
      const { body: list } = await this.#send('GET', root);
      const resources = list.resources as readonly {
        name: string;
        singularName: string;
        namespaced: boolean;
      }[];
      const found = resources.find(({ name: plural, singularName }) =>
        [plural, singularName].includes(kind.toLowerCase()),
      );
      if (found === undefined) continue;
      const scope = found.namespaced ? `/namespaces/${this.#target.namespace}` : '';
      return `${root}${scope}/${found.name}/${name}`;
    }
    throw new Error(`no kind ${kind}`);
  }

  async #send(
    method: string,
    path: string,
    body?: string,
    type = 'application/json',
  ): Promise<{ readonly ok: boolean; readonly body: Body }> {
    const response = await fetch(`${this.#target.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#target.token}`,
        'user-agent': 'kubectl/1.34',
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body }),
    });
    return { ok: response.ok, body: (await response.json()) as Body };
  }
}

function failure(body: Body): Printed {
  return { exit: 1, text: `Error from server (${body.reason}): ${body.message}` };
}

/** `.metadata.annotations.mooring\.dev/state` */
function pick(body: unknown, path: string): unknown {
  const keys = path
    .split(/(?<!\\)\./)
    .slice(1)
    .map((key) => key.replaceAll('\\.', '.'));
  return keys.reduce<unknown>((found, key) => (found as Body | undefined)?.[key], body);
}

function text(value: unknown): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}
