/** A statement of ours that waits for the next message, and who hears what became of it. */
export interface Item {
  readonly sql: string;
  readonly hears?: readonly ((failure?: Error) => void)[];
}

/** Statements of ours that are sent with the next message, in their order. */
export class Outbox {
  readonly #items: Item[] = [];
  /** So many of them are sent whatever becomes of the open transaction. */
  #owed = 0;
  /** Where a transaction has ended that nobody has sent yet, and the open one begins. */
  #joint: number | undefined;
  /** For the statement that is sent next, not for what is ours. */
  #setting: string | undefined;

  get length(): number {
    return this.#items.length;
  }

  /** Part of the open transaction. */
  add(sql: string): void {
    this.#items.push({ sql });
  }

  /** Belongs to no transaction. */
  owe(sql: string): void {
    this.add(sql);
    this.#owed = this.#items.length;
  }

  /** Replaces one that was not sent. */
  set(sql: string): void {
    this.#setting = sql;
  }

  begin(sql: string): void {
    const ended = this.#owed > 0 && this.#owed === this.#items.length && this.#items.at(-1)?.sql === COMMIT;
    this.#joint = ended ? this.#items.length - 1 : undefined;
    this.add(sql);
  }

  /**
   * Ends the open transaction. If nothing of it and of the one before it was sent, they become one: a disk is waited for
   * once. The promise is kept when the server has answered to it.
   */
  commit(): Promise<void> {
    const [before] = this.#joint === undefined ? [] : this.#items.splice(this.#joint, 2);
    this.#joint = undefined;
    const answered = new Promise<void>((resolve, reject) => {
      const hear = (failure?: Error): void => (failure === undefined ? resolve() : reject(failure));
      this.#items.push({ sql: COMMIT, hears: [...(before?.hears ?? []), hear] });
    });
    // Who does not ask hears of it from the message that it was sent with.
    answered.catch(() => {});
    this.#owed = this.#items.length;
    return answered;
  }

  /** What belongs to the open transaction is not sent. */
  forget(): void {
    this.#items.length = this.#owed;
    this.#joint = undefined;
  }

  /** All of them; they are no longer here. */
  take(forStatement: boolean): readonly Item[] {
    if (forStatement && this.#setting !== undefined) {
      this.add(this.#setting);
      this.#setting = undefined;
    }
    this.#owed = 0;
    this.#joint = undefined;
    return this.#items.splice(0);
  }
}

const COMMIT = 'COMMIT';
