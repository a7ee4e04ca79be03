/**
 * Code that a program loads when it first needs it. Its modules import as all modules do. In the package the module that is
 * loaded imports nothing, and is given what it takes of the rest (scripts/build/chunks.mjs): else bundlers would cut what a chunk and the
 * program have in common into many small files.
 */
export class Chunk<Code> {
  #code: Code | undefined;
  #isAsked = false;

  /** @param load asks for the module of the chunk; a program may also say later how (`loadsBy`) */
  constructor(
    private load = (): Promise<Code> => Promise.reject(new Error('src/chunks.ts is missing')),
  ) {}

  /** Takes what asks for the module, of a chunk that lies above those that use it. */
  loadsBy(load: () => Promise<Code>): void {
    this.load = load;
  }

  /** Takes the code: for programs that have it from the start, as in Node. */
  provide(code: Code): void {
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
    return (this.#code = await this.load());
  }
}
