import { describe, expect, it } from 'vitest';
import type { LanegradError } from '../../../src/errors.js';
import { OutOfMemoryError, ShapeError, ValueError } from '../../../src/errors.js';
import { memory, tensor } from '../../../src/engine/tensor/index.js';
import { padSequences } from '../../../src/utils.js';
import type { PadSequencesOptions } from '../../../src/utils.js';

describe('padSequences', () => {
  it('takes lists, typed arrays and tensors side by side', () => {
    const padded = padSequences([[1, 2, 3], Int32Array.of(4), tensor([5, 6])]);
    expect(padded.dtype).toBe('int32');
    expect(padded.toArray()).toEqual([
      [1, 2, 3],
      [0, 0, 4],
      [0, 5, 6],
    ]);
  });

  it('pads with any value of the dtype', () => {
    expect(padSequences([[1, 2, 3], [4]], { maxlen: 2, value: 9 }).toArray()).toEqual([
      [2, 3],
      [9, 4],
    ]);
    const options = { value: NaN, dtype: 'float32', padding: 'post' } as const;
    expect(padSequences([[1], [2, 3]], options).toArray()).toEqual([
      [1, NaN],
      [2, 3],
    ]);
  });

  it('takes sequences without steps, and no sequences', () => {
    expect(padSequences([[], []]).shape).toEqual([2, 0]);
    expect(padSequences([], { maxlen: 3 }).shape).toEqual([0, 3]);
    expect(padSequences([[], [[1, 2]]]).toArray()).toEqual([[[0, 0]], [[1, 2]]]);
  });

  it('leaves one tensor', () => {
    const { tensors } = memory();
    const padded = padSequences([[[1, 2]], [[3, 4]]]);
    expect(memory().tensors).toBe(tensors + 1);
    padded.dispose();
    expect(() => padSequences([[1.5]])).toThrow(ValueError);
    expect(memory().tensors).toBe(tensors);
  });

  it.each<[unknown, PadSequencesOptions, new (message: string) => LanegradError, RegExp]>([
    [[], {}, ValueError, /there is no sequence.*Give maxlen/],
    ['abc', {}, ValueError, /takes a list of sequences, got 'abc'/],
    [[[1], 2], {}, ValueError, /sequence 1: must be a list of steps, got 2/],
    [[[1], ['a']], {}, ValueError, /sequence 1: /],
    [[[[1, 2]], [[1]]], {}, ShapeError, /sequence 1 has steps of shape \(1,\).*of \(2,\)/],
    [[[1.5]], {}, ValueError, /sequence 0: .*1\.5, but int32 holds whole numbers/],
    [[[1]], { value: 0.5 }, ValueError, /value: .*0\.5/],
    [[[1]], { maxlen: 0 }, ValueError, /maxlen must be a whole number of at least 1, got 0/],
    [[[1]], { padding: 'left' as 'pre' }, ValueError, /padding must be 'pre' or 'post'/],
    [[[1], [2]], { maxlen: 2 ** 28 - 4 }, OutOfMemoryError, /padSequences: .*is larger/],
  ])('refuses %j with %j', (sequences, options, type, message) => {
    const call = () => padSequences(sequences as never, options);
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});
