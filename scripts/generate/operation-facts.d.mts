/** What the tags in the doc comment of an operation say. */
export interface OperationFacts {
  readonly name: string;
  readonly file: string;
  readonly isMethod: boolean;
  readonly activations: readonly string[];
  readonly stepwise: false | 'elements' | { readonly axis: string };
  readonly keras: readonly string[];
}
export function readOperations(sources?: string): {
  readonly operations: readonly OperationFacts[];
  readonly types: ReadonlyMap<string, string>;
};
