// The network as it was at a report. It has weights of its own, so that it can be asked while the student learns.
import { tensor, tidy } from 'lanegrad';
import type { models } from 'lanegrad';
import { makeAttentionModel } from '../../../gpt/attention.js';
import { makeGpt, sizesOf } from '../../../gpt/model.js';
import type { Gpt } from '../../../gpt/model.js';
import { write } from '../../../gpt/write.js';
import type { WriteOptions } from '../../../gpt/write.js';

/** What the network makes of some characters. */
export interface Insight {
  /** How many characters were read. */
  readonly length: number;
  /** Of each block [heads, length, length]: how much each character (row) takes from each before it (column). */
  readonly attention: readonly Float32Array[];
  /** [length, characters]: how probable the network takes each character to be the next. */
  readonly next: Float32Array;
}

export class Reader {
  readonly blocks: number;
  readonly heads: number;
  readonly context: number;
  readonly #model: Gpt;
  readonly #attention: ReturnType<typeof makeAttentionModel>;

  constructor(
    of: Gpt,
    readonly alphabet: readonly string[],
  ) {
    const sizes = sizesOf(of);
    this.blocks = sizes.blocks;
    this.heads = sizes.heads;
    this.context = sizes.context;
    this.#model = makeGpt(sizes);
    this.#attention = makeAttentionModel(this.#model);
    this.take(of);
  }

  /** Takes the weights of now. */
  take(of: models.AnyModel): void {
    tidy(() => {
      this.#model.setWeights(of.getWeights());
    });
  }

  /** The numbers of those characters that the network knows, and the others. */
  encode(text: string): { readonly codes: number[]; readonly unknown: string[] } {
    const codes: number[] = [];
    const unknown = new Set<string>();
    for (const character of text) {
      const code = this.alphabet.indexOf(character);
      if (code < 0) unknown.add(character);
      else codes.push(code);
    }
    return { codes, unknown: [...unknown] };
  }

  /** Goes on after the codes, character by character and without end. */
  *write(codes: readonly number[], options: WriteOptions): Generator<string, never, undefined> {
    const begin = codes.length > 0 ? codes : [Math.max(0, this.alphabet.indexOf('\n'))];
    for (const code of write(this.#model, begin, options)) yield this.alphabet[code] ?? '';
    throw new Error('the network has stopped writing');
  }

  /** What the network makes of at most `context` characters. */
  look(codes: readonly number[]): Insight {
    return tidy(() => {
      const tokens = tensor([codes], { dtype: 'int32' });
      const places = tensor([codes.map((_, place) => place)], { dtype: 'int32' });
      const x = [tokens, places] as const;
      return {
        length: codes.length,
        attention: this.#attention.apply(x).map((weights) => weights.data('float32')),
        next: this.#model.apply(x).softmax().data('float32'),
      };
    });
  }

  dispose(): void {
    this.#attention.dispose();
    this.#model.dispose();
  }
}
