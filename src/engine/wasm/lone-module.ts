// Modules of WebAssembly that import nothing.

/** A module that is compiled. */
export interface LoneModule {
  /** Whether the module imports nothing, so that it can run. */
  readonly isAlone: boolean;
  /** The text of a custom section; undefined if there is none of that name. */
  section(name: string): string | undefined;
  /** The exports of an instance. */
  instantiate(): object;
}

/** Whether bytes are a module that this engine can run. */
export const isModule = (bytes: Uint8Array<ArrayBuffer>): boolean => WebAssembly.validate(bytes);

/** Compiles a valid module. */
export function compileAlone(bytes: Uint8Array<ArrayBuffer>): LoneModule {
  const module = new WebAssembly.Module(bytes);
  return {
    isAlone: WebAssembly.Module.imports(module).length === 0,
    section(name) {
      const [section] = WebAssembly.Module.customSections(module, name);
      return section && new TextDecoder().decode(section);
    },
    instantiate: () => new WebAssembly.Instance(module).exports,
  };
}
