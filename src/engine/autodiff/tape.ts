import { ValueError } from '../../errors.js';
import { detach, isOfScope, tidy } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { copyOf } from '../tensor/elements.js';
import type { Saver, Storage } from '../tensor/storage.js';

/**
 * Turns the gradient of an operation's output into the gradients of its inputs, in their order.
 * `saved` are the tensors the operation asked to have kept; gradients that are not `wanted` may be
 * left undefined. It is written in operations, so that it can itself be differentiated.
 */
export type Backward<S extends readonly Tensor[]> = (
  dy: Tensor,
  saved: S,
  wanted: readonly boolean[],
) => readonly (Tensor | undefined)[];

interface Entry {
  readonly op: string;
  readonly inputs: readonly number[];
  readonly output: number;
  readonly saved: Saved;
  readonly wanted: readonly boolean[];
  readonly backward: Backward<readonly Tensor[]>;
  /** What `backward` holds itself. */
  readonly held: HeldTensors | undefined;
}

/** What was computed from the watched tensors, in order. */
export class Tape {
  /** Ids of the values that a gradient flows through. */
  readonly #tracked: Set<number>;
  readonly #entries: Entry[] = [];
  /** Ids of values that depend on the watched ones only through an operation without a gradient, and its name. */
  readonly #severed = new Map<number, string>();
  /** Ids of tracked values that an operation without a gradient has read. */
  readonly #readOnly = new Set<number>();

  constructor(private readonly watched: readonly number[]) {
    this.#tracked = new Set(watched);
  }

  /** Runs `f` with this tape recording. */
  recording<T>(f: () => T): T {
    tapes.push(this);
    try {
      return f();
    } finally {
      tapes.pop();
    }
  }

  record<const S extends readonly Tensor[]>(
    op: string,
    inputs: readonly Tensor[],
    output: Tensor,
    saved: S,
    backward: Backward<S>,
    held?: HeldTensors,
  ): void {
    const wanted = inputs.map((input) => this.#tracked.has(input.id));
    if (!wanted.includes(true)) {
      this.#passOn(inputs, output);
      return;
    }
    held?.hold();
    this.#tracked.add(output.id);
    this.#entries.push({
      op,
      inputs: inputs.map((input) => input.id),
      output: output.id,
      // What a backward function holds itself does not become a copy.
      saved: new Saved(saved, held === undefined),
      wanted,
      backward: backward as Backward<readonly Tensor[]>,
      held,
    });
  }

  /** Notes that `output` depends on `inputs` in a way that has no gradient. */
  sever(op: string, inputs: readonly Tensor[], output: Tensor): void {
    if (this.read(inputs)) this.#severed.set(output.id, op);
    else this.#passOn(inputs, output);
  }

  /** Notes that an operation without a gradient has read `inputs`. Returns whether one of them is tracked. */
  read(inputs: readonly Tensor[]): boolean {
    const tracked = inputs.filter(({ id }) => this.#tracked.has(id));
    for (const { id } of tracked) this.#readOnly.add(id);
    return tracked.length > 0;
  }

  /** Whether an operation has read the tracked value `id`, with a gradient or without one. */
  hasRead(id: number): boolean {
    return this.#readOnly.has(id) || this.#entries.some(({ inputs }) => inputs.includes(id));
  }

  /** Whether a gradient flows through the value `id` to the operation that has computed it: it ends at what is watched. */
  flowsThrough(id: number): boolean {
    return this.#tracked.has(id) && !this.watched.includes(id);
  }

  /** What is computed from a severed value is severed as well. */
  #passOn(inputs: readonly Tensor[], output: Tensor): void {
    if (backwards.length > 0) return;
    const input = inputs.find(({ id }) => this.#severed.has(id));
    const op = input && this.#severed.get(input.id);
    if (op !== undefined) this.#severed.set(output.id, op);
  }

  /** The operation that ends the only way from the watched values to `output`; undefined if it is another case. */
  severedBy(output: Tensor): string | undefined {
    return this.#tracked.has(output.id) ? undefined : this.#severed.get(output.id);
  }

  /**
   * Gradients of the value `output` with respect to the values `sources`, given its own gradient
   * `seed`; undefined where `output` does not depend on the source. The sum of all ways is built
   * from the end of the tape to its start. Gradients on the way are freed as soon as no operation waits for them.
   *
   * @throws ValueError if something that was saved has changed since: variables change in place.
   */
  gradients(
    output: Tensor,
    seed: Tensor,
    sources: readonly number[],
    add: (a: Tensor, b: Tensor) => Tensor,
  ): (Tensor | undefined)[] {
    const gradients = new Gradients(output.id, seed);
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i];
      const dy = entry && gradients.get(entry.output);
      if (entry === undefined || dy === undefined) continue;
      if (entry.saved.hasChanged) throw changed(entry);
      const flowing = gradients.making(() =>
        goingBack(this, () => entry.backward(dy, entry.saved.tensors, entry.wanted)),
      );
      entry.inputs.forEach((id, position) => {
        const gradient = flowing[position];
        if (entry.wanted[position] !== true || gradient === undefined) return;
        const before = gradients.get(id);
        if (before === undefined) gradients.set(id, gradient);
        else gradients.set(id, gradients.making(() => [add(before, gradient)] as const)[0]);
      });
      if (!sources.includes(entry.output)) gradients.drop(entry.output);
    }
    return sources.map((id) => gradients.get(id));
  }

  /** Lets go of what was saved. */
  dispose(): void {
    for (const { saved, held } of this.#entries) {
      saved.dispose();
      held?.release();
    }
    this.#entries.length = 0;
  }
}

/** What an operation has saved for its gradient: views of their own, as the caller may dispose the originals before. */
class Saved implements Saver {
  readonly tensors: Tensor[];
  #version: number;

  /** @param copies whether the elements of a variable are copied before they change */
  constructor(tensors: readonly Tensor[], copies: boolean) {
    this.tensors = tensors.map((tensor) => detach(tensor.alias()));
    this.#version = versionOf(tensors);
    if (!copies) return;
    for (const { storage } of tensors) if (storage.isOfVariable) storage.tell(this);
  }

  /** Whether elements have changed since. */
  get hasChanged(): boolean {
    return versionOf(this.tensors) !== this.#version;
  }

  copyFrom(storage: Storage): void {
    if (this.hasChanged) return;
    this.tensors.forEach((tensor, i) => {
      if (tensor.storage !== storage) return;
      this.tensors[i] = detach(copyOf(tensor));
      tensor.dispose();
    });
    this.#version = versionOf(this.tensors);
  }

  dispose(): void {
    for (const tensor of this.tensors) {
      tensor.storage.forget(this);
      tensor.dispose();
    }
  }
}

/** Tensors that a backward function holds itself. They are freed when the last tape that needs them lets go. */
class HeldTensors {
  #holders = 0;

  constructor(readonly tensors: readonly Tensor[]) {}

  hold(): void {
    if (this.#holders++ === 0) for (const tensor of this.tensors) detach(tensor);
  }

  release(): void {
    if (--this.#holders === 0) for (const tensor of this.tensors) tensor.dispose();
  }
}

/** The gradients of values, in the backward pass. */
class Gradients {
  readonly #all = new Map<number, Tensor>();
  /** Gradients that were made on the way, and are freed here. Others, such as the seed, are not. */
  readonly #made = new Set<Tensor>();

  constructor(id: number, seed: Tensor) {
    this.#all.set(id, seed);
  }

  get(id: number): Tensor | undefined {
    return this.#all.get(id);
  }

  /** What `f` makes. What it makes besides is freed. */
  making<T extends readonly (Tensor | undefined)[]>(f: () => T): T {
    return tidy(() => {
      const made = f();
      for (const tensor of made)
        if (tensor !== undefined && isOfScope(tensor)) this.#made.add(tensor);
      return made;
    });
  }

  set(id: number, gradient: Tensor): void {
    const before = this.#all.get(id);
    this.#all.set(id, gradient);
    if (before !== undefined) this.#free(before);
  }

  /** Forgets the gradient of a value, which has flown on. */
  drop(id: number): void {
    const gradient = this.#all.get(id);
    this.#all.delete(id);
    if (gradient !== undefined) this.#free(gradient);
  }

  #free(gradient: Tensor): void {
    if (!this.#made.has(gradient)) return;
    for (const other of this.#all.values()) if (other === gradient) return;
    this.#made.delete(gradient);
    gradient.dispose();
  }
}

/** Counts the changes of the memory that tensors look at: as long as it stays, so do their elements. */
function versionOf(tensors: readonly Tensor[]): number {
  let version = 0;
  for (const { storage } of tensors) version += storage.version;
  return version;
}

function changed({ op }: Entry): ValueError {
  return new ValueError(
    `${op}: a variable was changed (assign, or a step of an optimizer) after ${op} had read it and before its ` +
      `gradient was computed, so the gradient would be wrong. Change variables before the function whose gradient ` +
      `is computed or after it, or compute with variable.value.clone().`,
  );
}

/** The tapes that record now, outermost first. */
const tapes: Tape[] = [];

/** True while a gradient is being recorded. */
export function isRecording(): boolean {
  return tapes.length > 0;
}

/** Called by every differentiable operation after it has computed `output`. Returns `output`. */
export function record<const S extends readonly Tensor[]>(
  op: string,
  inputs: readonly Tensor[],
  output: Tensor,
  saved: S,
  backward: Backward<S>,
): Tensor {
  for (const tape of tapes) tape.record(op, inputs, output, saved, backward);
  return output;
}

/**
 * `record` for a backward function that is not the library's: which tensors it reads is not known. All that it may read,
 * `tensors` of the innermost scope, live as long as a tape needs them, and are freed by that scope if there is no such tape.
 */
export function recordHolding(
  op: string,
  inputs: readonly Tensor[],
  output: Tensor,
  tensors: readonly Tensor[],
  backward: Backward<readonly Tensor[]>,
): Tensor {
  const held = new HeldTensors(tensors);
  for (const tape of tapes) tape.record(op, inputs, output, inputs, backward, held);
  return output;
}

/** Called by operations without a gradient (comparisons, argmax …) after they have computed `output`. Returns it. */
export function sever(op: string, inputs: readonly Tensor[], output: Tensor): Tensor {
  if (backwards.length === 0) for (const tape of tapes) tape.sever(op, inputs, output);
  return output;
}

/** Called by `stopGradient`: it reads `input`, and its result is a constant. */
export function noteRead(input: Tensor): void {
  for (const tape of tapes) tape.read([input]);
}

/** The tapes whose backward functions run now. What these compare is their own affair: a gradient may well be constant. */
const backwards: Tape[] = [];

function goingBack<T>(tape: Tape, f: () => T): T {
  backwards.push(tape);
  try {
    return f();
  } finally {
    backwards.pop();
  }
}

/** Whether the backward pass that runs now goes through the value `id`, to the operation that has computed it. */
export function goesThrough(id: number): boolean {
  return backwards.at(-1)?.flowsThrough(id) === true;
}
