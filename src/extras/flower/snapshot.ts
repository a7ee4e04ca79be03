import { emptyTensor } from '../../engine/tensor/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';

/** The values of variables as they are now. Those of a variable whose elements are all alike take no memory. */
export class Snapshot {
  readonly #values: readonly { readonly variable: Variable; readonly value: Tensor | undefined }[];
  readonly #alike = new Map<Variable, Uint8Array>();

  constructor(variables: readonly Variable[]) {
    this.#values = variables.map((variable) => ({ variable, value: this.#valueOf(variable) }));
  }

  #valueOf(variable: Variable): Tensor | undefined {
    return variable.lend((value) => {
      const element = elementOf(value);
      if (element === undefined) return value.clone();
      this.#alike.set(variable, element);
      return undefined;
    });
  }

  /** Gives the variables these values again. */
  restore(): void {
    for (const { variable, value } of this.#values) {
      if (value !== undefined) variable.assign(value);
      else this.#fill(variable);
    }
  }

  #fill(variable: Variable): void {
    const element = this.#alike.get(variable);
    if (element === undefined) return;
    const { shape, dtype } = variable;
    const value = emptyTensor(shape, dtype);
    const bytes = new Uint8Array(value.byteLength);
    for (let at = 0; at < bytes.length; at += element.length) bytes.set(element, at);
    value.poke(0, bytes);
    variable.assign(value);
    value.dispose();
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const { value } of this.#values) value?.dispose();
  }
}

/** The bytes of an element, if all are alike and there are several; else undefined. */
function elementOf(tensor: Tensor): Uint8Array | undefined {
  const { size, byteLength } = tensor;
  if (size < 2) return undefined;
  const bytes = tensor.peek(0, byteLength);
  const width = byteLength / size;
  for (let at = width; at < byteLength; at++) if (bytes[at] !== bytes[at - width]) return undefined;
  return bytes.slice(0, width);
}
