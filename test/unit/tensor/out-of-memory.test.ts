// A file of its own, since the limit is set before the first tensor of the process's runtime.
import { beforeAll, expect, it } from 'vitest';
import { configure, memory, OutOfMemoryError, tensor, tidy, zeros } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';

const MIB = 2 ** 20;

/** Tensors of this many bytes until there is no room. */
function fill(bytes = MIB): { tensors: Tensor[]; error: unknown } {
  const tensors: Tensor[] = [];
  try {
    for (;;) tensors.push(zeros([bytes / 4]));
  } catch (error) {
    return { tensors, error };
  }
}

beforeAll(async () => {
  await configure({ maxMemory: 4 * MIB });
});

it('says what was asked for, what is in use, what the limit is, and what to do', () => {
  const { tensors, error } = fill();
  expect(error).toBeInstanceOf(OutOfMemoryError);
  expect((error as Error).message).toMatch(
    /No room for 1 MiB more: .*MiB are in use and memory may grow to 4 MiB.*dispose\(\).*maxMemory/s,
  );
  expect(tensors.length).toBe(3);
  for (const x of tensors) x.dispose();
});

it('loses nothing: counts are as before, and as much fits as before', () => {
  const before = memory();
  for (let round = 0; round < 5; round++) {
    const { tensors, error } = fill();
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect(tensors.length).toBe(3);
    expect(memory().tensors).toBe(before.tensors + 3);
    for (const x of tensors) x.dispose();
    expect(memory()).toEqual({ ...before, reserved: memory().reserved });
  }
  expect(memory().reserved).toBeLessThanOrEqual(4 * MIB);
});

it('leaves other tensors as they are, and work continues', () => {
  const x = tensor([1, 2, 3]);
  const big = zeros([MIB / 4]);
  expect(() => tidy(() => big.add(big).add(big).add(big).matmul(big))).toThrow(OutOfMemoryError);
  expect(() => zeros([10 * MIB], 'uint8')).toThrow(OutOfMemoryError);
  expect(() => tensor(new Float32Array(2 * MIB))).toThrow(OutOfMemoryError);
  expect(x.add(1).toArray()).toEqual([2, 3, 4]);
  big.dispose();
  const sum = tidy(() =>
    zeros([MIB / 4])
      .add(1)
      .sum()
      .item(),
  );
  expect(sum).toBe(MIB / 4);
});

it('gives up what was only kept to be faster', () => {
  const right = zeros([300, 500]);
  const left = zeros([8, 300]);
  const count = (): number => {
    const { tensors } = fill(MIB / 16);
    for (const x of tensors) x.dispose();
    return tensors.length;
  };
  const room = count();
  // From the second product on, a copy of the right side is kept: about nine tensors' room.
  for (let i = 0; i < 3; i++) left.matmul(right).dispose();
  expect(count()).toBe(room);
  right.dispose();
  left.dispose();
});

it('holds for scratch memory of operations too', () => {
  const right = zeros([500, 500]);
  const left = zeros([2, 500]);
  const { tensors } = fill(MIB / 16);
  const before = memory();
  // The product itself is small, but the packed right side is as large as the right side.
  expect(() => left.matmul(right)).toThrow(OutOfMemoryError);
  expect(memory().bytes - before.bytes).toBeLessThanOrEqual(2 * 4 * 500);
  for (const x of tensors) x.dispose();
  expect(left.matmul(right).shape).toEqual([2, 500]);
});
