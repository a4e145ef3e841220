/** Values that one side gives and the other waits for. */
export class Channel<Value> implements AsyncIterable<Value> {
  readonly #values: Value[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake = () => {};
  readonly #onReturn: () => void;

  /** @param onReturn Is called when nobody waits any more. */
  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
  }

  push(value: Value): void {
    this.#values.push(value);
    this.#wake();
  }

  /** Ends it behind the values that it has; with an error, which is thrown there. */
  close(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value> {
    try {
      for (;;) {
        for (let value = this.#values.shift(); value !== undefined; value = this.#values.shift()) yield value;
        if (this.#end !== undefined) break;
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
    } finally {
      this.#onReturn();
    }
    if ("error" in this.#end) throw this.#end.error;
  }
}
