// Tensors whose elements are written when they are first read.
import { describe, expect, it, vi } from 'vitest';
import { plainRuntime } from '../../src/engine/runtime/index.js';
import type { Pointer } from '../../src/engine/wasm/generated/kernels.js';
import { emptyTensor, memory, writtenTensor } from '../../src/engine/tensor/index.js';

const write = (to: Pointer): void => {
  plainRuntime().float32.set([1, 2, 3], to / 4);
};

describe('a tensor that is written when it is needed', () => {
  it('takes no memory until then, and is written once', () => {
    const before = memory().bytes;
    const written = vi.fn(write);
    const x = writtenTensor([3], 'float32', written);
    expect(memory().bytes).toBe(before);
    expect(written).not.toHaveBeenCalled();
    expect(x.toArray()).toEqual([1, 2, 3]);
    expect(x.view([2], 1).toArray()).toEqual([2, 3]);
    expect(written).toHaveBeenCalledOnce();
    x.dispose();
  });

  it('is written where its elements are wanted', () => {
    const before = memory().bytes;
    using to = emptyTensor([3], 'float32');
    const x = writtenTensor([3], 'float32', write);
    x.copyTo(to.pointer);
    expect(to.toArray()).toEqual([1, 2, 3]);
    expect(memory().bytes).toBe(before + 12);
    x.dispose();
    expect(memory().bytes).toBe(before + 12);
  });

  it('is copied once it has a block, and so is a part of it', () => {
    const written = vi.fn(write);
    using x = writtenTensor([3], 'float32', written);
    using to = emptyTensor([3], 'float32');
    using end = x.view([1], 2);
    end.copyTo(to.pointer);
    x.materialize();
    x.copyTo(to.pointer);
    expect(to.toArray()).toEqual([1, 2, 3]);
    expect(written).toHaveBeenCalledOnce();
  });

  it('gives its block back where writing fails, and can be asked again', () => {
    const before = memory().bytes;
    const written = vi.fn(write).mockImplementationOnce(() => {
      throw new Error('not yet');
    });
    using x = writtenTensor([3], 'float32', written);
    expect(() => x.pointer).toThrow('not yet');
    expect(memory().bytes).toBe(before);
    expect(x.toArray()).toEqual([1, 2, 3]);
  });
});
