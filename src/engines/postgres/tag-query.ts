import pg from 'pg';

/** How a message ended: with the command tag of its last statement, or with what pg threw. */
export type Ended =
  | { readonly ok: true; readonly tag: string }
  | { readonly ok: false; readonly error: unknown };

/**
 * A message whose rows nobody wants. pg makes a result of each of its statements, which takes longer than sending them:
 * here only the last command tag is kept.
 */
export class TagQuery extends pg.Query {
  readonly ended: Promise<Ended>;
  #tag = '';

  constructor(text: string) {
    let end: (how: Ended) => void = () => {};
    super(text, (error: Error | undefined | null) =>
      end(error === undefined || error === null ? { ok: true, tag: this.#tag } : { ok: false, error }),
    );
    this.ended = new Promise((resolve) => {
      end = resolve;
    });
  }

  handleRowDescription(): void {}

  handleDataRow(): void {}

  /** `INSERT 0 1`, `COMMIT`. */
  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text;
  }
}
