// What a GPT writes.
import { layers, random, tensor, tidy } from 'lanegrad';
import { sizesOf } from './model.js';
import type { Gpt } from './model.js';

/** How a GPT chooses the next character. */
export interface WriteOptions {
  /** Below 1 it takes likely characters more often, above 1 rare ones; 0 is always the likeliest. Default 0.8. */
  readonly temperature?: number;
  /** Only so many of the likeliest characters are taken. Default null: all. */
  readonly topK?: number | null;
  /** Only the likeliest characters are taken whose probabilities sum to so much. Default null: all. */
  readonly topP?: number | null;
  /** The same number gives the same text. Default: the global generator. */
  readonly seed?: random.Seed;
}

/**
 * Goes on after the characters `prompt`, of which there is one at least, character by character and without end.
 *
 * A cache keeps what attention has made of the characters before, so that each new one is computed alone. The place of a
 * character is an input of the model: nothing that is kept can move to another place. So when the context is full, its last
 * half is recomputed, at the first positions, and writing continues behind it.
 */
export function* write(
  model: Gpt,
  prompt: readonly number[],
  options: WriteOptions = {},
): Generator<number, never, undefined> {
  const { context } = sizesOf(model);
  const { temperature = 0.8, topK = null, topP = null } = options;
  // A number would give the same draw each time.
  const seed =
    typeof options.seed === 'number' ? new random.SeedGenerator(options.seed) : options.seed;
  const cache = new layers.KeyValueCache({ maxLength: context });
  try {
    const written = prompt.slice(-context);
    let read = written.slice();
    for (;;) {
      if (cache.length + read.length > context) {
        cache.reset();
        written.splice(0, written.length - Math.ceil(context / 2));
        read = written.slice();
      }
      const next = tidy(() => {
        const tokens = tensor([read], { dtype: 'int32' });
        const positions = tensor([read.map((_, i) => cache.length + i)], { dtype: 'int32' });
        const scores = model.apply([tokens, positions], { cache }).slice(':', -1);
        return random.sampleLogits(scores, { temperature, topK, topP, seed }).item();
      });
      yield next;
      written.push(next);
      read = [next];
    }
  } finally {
    cache.dispose();
  }
}

/** A text of so many characters that goes on after `prompt`. */
export function writeText(
  model: Gpt,
  alphabet: readonly string[],
  prompt: string,
  length: number,
  options?: WriteOptions,
): string {
  const codes = Array.from(prompt, (character) => alphabet.indexOf(character));
  let text = '';
  let count = 0;
  for (const code of write(model, codes, options)) {
    text += alphabet[code] ?? '';
    if (++count >= length) break;
  }
  return text;
}
