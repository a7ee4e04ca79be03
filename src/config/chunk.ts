/** What the module of a chunk exports beside its code. */
interface Given<Library> {
  /** Takes the chunk's part of the library. */
  readonly give: (library: Library) => void;
}

/**
 * Code that a program loads when it first needs it. The modules of a chunk import from each other alone, and of the rest nothing
 * but types: the chunk is given its part of the library. Else bundlers would cut what the chunk and the program have in
 * common into many small files.
 */
export class Chunk<Library, Code extends Given<Library>> {
  #code: Code | undefined;
  #isAsked = false;

  /**
   * @param library what the chunk takes of the library
   * @param load asks for the module of the chunk
   */
  constructor(
    private readonly library: Library,
    private readonly load: () => Promise<Code>,
  ) {}

  /** Takes the code: for programs that have it from the start, as in Node. */
  provide(code: Code): void {
    code.give(this.library);
    this.#code = code;
  }

  /** Asks for the code ahead of its use, once. */
  prefetch(): void {
    if (this.#code === undefined && !this.#isAsked) this.#ask().catch(() => undefined);
  }

  /** The code if it is there; undefined until then, and where it cannot be loaded. The first look asks for it. */
  get code(): Code | undefined {
    this.prefetch();
    return this.#code;
  }

  /** Calls `f` with the code: now if it is there, else when it is loaded. */
  use<T>(f: (code: Code) => Promise<T>): Promise<T> {
    return this.#code === undefined ? this.#ask().then(f) : f(this.#code);
  }

  async #ask(): Promise<Code> {
    this.#isAsked = true;
    const code = await this.load();
    this.provide(code);
    return code;
  }
}
