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

  handleDataRow(_row: unknown): void {}

  /** `INSERT 0 1`, `COMMIT`. */
  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text;
  }
}

/** A query whose rows are taken one by one as they come, each value in the server's own spelling. */
export class RowQuery extends TagQuery {
  readonly #take: (row: readonly (string | null)[]) => void;

  constructor(text: string, take: (row: readonly (string | null)[]) => void) {
    super(text);
    this.#take = take;
  }

  override handleDataRow({ fields }: { readonly fields: (string | null)[] }): void {
    this.#take(fields);
  }
}
