// What messages say of what to do, apart from what is wrong. It takes room that only mistakes need: `lanegrad` installs it
// (known.ts), and the messages of a program that imports `lanegrad/core` do without.

type Lengths = readonly (number | null)[];

/** A layer as advice sees it. */
export interface AdvisedLayer {
  readonly name: string;
  /** Whether a recurrent layer gives all steps. */
  readonly returnSequences?: boolean;
  readonly inputShape?: unknown;
  readonly batchInputShape?: Lengths | undefined;
}

/** A call of a layer in a graph. */
export interface AdvisedCall {
  readonly layer: AdvisedLayer;
  readonly inputs: readonly { readonly shape: Lengths; readonly node: AdvisedCall }[];
}

/** Input of a layer: a tensor, with values or without, or a shape. */
export interface AdvisedInput {
  /** The batch axis first. */
  readonly shape: Lengths;
  /** The call that makes a symbolic tensor. */
  readonly node?: AdvisedCall;
  /** The layer that gets the input, and the stack on which it stands or comes to stand. */
  readonly layer?: AdvisedLayer;
  readonly stack?: readonly AdvisedLayer[];
}

/** Samples of a model. */
export interface AdvisedSamples {
  readonly shape: readonly number[];
  data(): ArrayLike<number>;
}

/** What messages say of what to do; undefined or nothing where that is not certain. */
export interface Advice {
  /** On input of other lengths, or of another number of axes, than a layer takes; null is any length. */
  onInput(given: AdvisedInput, wanted: Lengths): string | undefined;
  /** On samples that a model does not take. */
  onSamples(method: string, samples: AdvisedSamples, wanted: Lengths): string | undefined;
  /** On a text that came where something else was expected. */
  onText(text: string): string;
  /** On an option that is none, of which other libraries and versions know some. */
  onOption(name: string, known: readonly string[]): string | undefined;
  /** The known name that a misspelt one most likely means. */
  nearestName(name: string, known: Iterable<string>): string | undefined;
  /** On an object of a class that came where something else was expected. */
  onObjectOf(className: string): string;
}

let installed: Advice | undefined;

/** Lets messages give advice. */
export function installAdvice(advice: Advice): void {
  installed = advice;
}

/** What gives advice; undefined in a program that does without. */
export function advice(): Advice | undefined {
  return installed;
}

/** What an option of that name is called here, after a blank, or nothing: a part of a message about an unknown option. */
export function hintAtOption(name: string, known: readonly string[]): string {
  const hint = installed?.onOption(name, known);
  return hint === undefined ? didYouMean(name, known) : ` ${hint}`;
}

/** ` Did you mean 'x'?` or nothing: the end of a message about an unknown name. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = installed?.nearestName(name, known);
  return nearest === undefined ? '' : ` Did you mean '${nearest}'?`;
}
