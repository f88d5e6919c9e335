/** A stream that comes in pages, one row at a time; only turning a page takes a promise. */
export class Pages<Value> {
  private readonly pages: AsyncIterator<readonly Value[]>;
  private page: readonly Value[] = [];
  private index = 0;

  constructor(stream: AsyncIterable<readonly Value[]>) {
    this.pages = stream[Symbol.asyncIterator]();
  }

  /** The row that the stream stands at; undefined at its end. */
  get current(): Value | undefined {
    return this.page[this.index];
  }

  /** Stands at the first row. */
  start(): Promise<void> {
    return this.turn();
  }

  /** Goes on to the next row. @returns false when it is on another page, which has to be turned to */
  advance(): boolean {
    this.index += 1;
    return this.index < this.page.length;
  }

  /** Stands at the first row of the next page that has one, or at the end. */
  async turn(): Promise<void> {
    do {
      const result = await this.pages.next();
      this.page = result.done === true ? [] : result.value;
      this.index = 0;
      if (result.done === true) return;
    } while (this.page.length === 0);
  }

  async close(): Promise<void> {
    await this.pages.return?.();
  }
}
