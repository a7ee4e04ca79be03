import { describe, expect, it } from 'vitest';
import { Dataset } from '../../../../src/data.js';
import type { Element } from '../../../../src/data.js';
import { DatasetError, ShapeError, ValueError } from '../../../../src/errors.js';
import { tensor, zeros } from '../../../../src/engine/tensor/index.js';
import '../../../../src/engine/ops/methods.js';
import { collect, count, rows } from './elements.js';

const naturals = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('Dataset.fromTensors', () => {
  it('gives the rows, alone or side by side', async () => {
    const x = [
      [1, 2],
      [3, 4],
    ];
    expect(await collect(Dataset.fromTensors(x))).toEqual(x);
    expect(await collect(Dataset.fromTensors(x, Int32Array.of(5, 6), [0.5, 1]))).toEqual([
      [[1, 2], 5, 0.5],
      [[3, 4], 6, 1],
    ]);
  });

  it('keeps dtypes, also in batches', async () => {
    for (const dtype of ['uint8', 'bool', 'int32', 'float32'] as const) {
      const x = zeros([4, 3], dtype);
      for (const dataset of [Dataset.fromTensors(x), Dataset.fromTensors(x).shuffle(4).batch(2)]) {
        for await (const part of dataset) expect(part.dtype).toBe(dtype);
      }
    }
  });

  it('does not need the tensors that it was given', async () => {
    const x = tensor([1, 2]);
    const dataset = Dataset.fromTensors(x);
    x.dispose();
    expect(await collect(dataset)).toEqual([1, 2]);
  });

  it('refuses rows of different numbers, and what has no rows', () => {
    expect(() => Dataset.fromTensors([1, 2], [1])).toThrow(ShapeError);
    expect(() => Dataset.fromTensors([1, 2], [1])).toThrow('x (2,), y (1,)');
    expect(() => Dataset.fromTensors(3)).toThrow(ShapeError);
    const gap = [[1], undefined, [1]] as unknown as [number[], number[], number[]];
    expect(() => Dataset.fromTensors(...gap)).toThrow(/none of them undefined before another/);
  });
});

describe('Dataset.fromGenerator', () => {
  it('takes numbers, typed arrays, tensors, and lists of them and of arrays', async () => {
    const dataset = Dataset.fromGenerator(function* () {
      yield 1;
      yield Float32Array.of(2, 3);
      yield tensor([4]);
      yield [[[5, 6]], 7];
    });
    expect(await collect(dataset)).toEqual([1, [2, 3], [4], [[[5, 6]], 7]]);
  });

  it('starts over in each pass, also if it is asynchronous', async () => {
    const dataset = Dataset.fromGenerator(async function* () {
      for (const i of [1, 2, 3]) {
        await Promise.resolve();
        yield i;
      }
    });
    expect(await collect(dataset)).toEqual([1, 2, 3]);
    expect(await collect(dataset)).toEqual([1, 2, 3]);
    expect(dataset.size).toBeUndefined();
  });

  it('names the element at which the generator threw, and keeps what it threw', async () => {
    const cause = new TypeError('no more coffee');
    const reading = collect(
      Dataset.fromGenerator(function* () {
        yield 1;
        throw cause;
      }).batch(4),
    );
    await expect(reading).rejects.toThrow(DatasetError);
    await expect(reading).rejects.toThrow(
      'Dataset.fromGenerator: the generator failed at element 1: no more coffee',
    );
    await expect(reading).rejects.toMatchObject({ cause });
    const rejecting = Dataset.fromGenerator(async function* () {
      yield 1;
      await Promise.reject(cause);
    });
    await expect(collect(rejecting)).rejects.toThrow(/failed at element 1: no more coffee/);
  });

  it('says so if there are fewer or more elements than its size', async () => {
    const of = (size: number): Dataset => Dataset.fromGenerator(() => [1, 2, 3], { size });
    expect(of(3).size).toBe(3);
    expect(await collect(of(3))).toEqual([1, 2, 3]);
    await expect(collect(of(4))).rejects.toThrow(/ended after 3 of 4 elements/);
    await expect(collect(of(2))).rejects.toThrow(/more than the 2 elements/);
  });

  it('asks an iterator that has ended for nothing more, and does not end it again', async () => {
    const asked = { next: 0, return: 0 };
    const iterator: Iterator<number> = {
      next: () => (asked.next++ < 2 ? { done: false, value: 7 } : { done: true, value: undefined }),
      return: () => {
        asked.return++;
        return { done: true, value: undefined };
      },
    };
    const dataset = Dataset.fromGenerator(() => ({ [Symbol.iterator]: () => iterator }));
    expect(await collect(dataset.batch(3).prefetch(2))).toHaveLength(1);
    expect(asked).toEqual({ next: 3, return: 0 });
  });

  it('refuses what is no generator and what is no element', async () => {
    const notAFunction = [1] as unknown as () => number[];
    expect(() => Dataset.fromGenerator(notAFunction)).toThrow(ValueError);
    const nothing = (() => 3) as unknown as () => number[];
    await expect(collect(Dataset.fromGenerator(nothing))).rejects.toThrow(/must return an iterable/);
    for (const bad of [null, [], {}, [null], ['a', [1, 'b']]]) {
      const dataset = Dataset.fromGenerator(() => [1, bad as number]);
      await expect(collect(dataset)).rejects.toThrow(ValueError);
      await expect(collect(dataset)).rejects.toThrow(/Dataset\.fromGenerator: element 1/);
    }
  });
});

describe.each([
  ['of tensors made one by one', count],
  ['of rows of a tensor', rows],
])('stages %s', (_, make) => {
  it('take and skip', async () => {
    expect(await collect(make(5).take(2))).toEqual([0, 1]);
    expect(await collect(make(5).skip(3))).toEqual([3, 4]);
    expect(await collect(make(5).take(9))).toEqual(naturals(5));
    expect(await collect(make(5).skip(9))).toEqual([]);
    expect(await collect(make(5).take(0))).toEqual([]);
  });

  it('batch, the last one smaller or left out', async () => {
    expect(await collect(make(5).batch(2))).toEqual([[0, 1], [2, 3], [4]]);
    expect(await collect(make(5).batch(2, { dropRemainder: true }))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(await collect(make(4).batch(2).batch(2))).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
    ]);
  });

  it('repeat, a number of times or without end; nothing stays nothing', async () => {
    expect(await collect(make(2).repeat(2))).toEqual([0, 1, 0, 1]);
    expect(await collect(make(2).repeat(0))).toEqual([]);
    expect(await collect(make(2).repeat(), 5)).toEqual([0, 1, 0, 1, 0]);
    expect(await collect(make(2).skip(2).repeat())).toEqual([]);
    expect(await collect(make(2).repeat().take(3).batch(2))).toEqual([[0, 1], [0]]);
  });

  it('map, synchronous or not, with results of any form', async () => {
    const mapped = make(3).map((x) => [x.mul(2), 7]);
    expect(await collect(mapped)).toEqual([
      [0, 7],
      [2, 7],
      [4, 7],
    ]);
    const twice = make(2).map((x) => [x, x]);
    expect(await collect(twice.batch(2))).toEqual([
      [
        [0, 1],
        [0, 1],
      ],
    ]);
    const waiting = make(3).mapAsync(async (x) => {
      await Promise.resolve();
      return x.add(1);
    });
    expect(await collect(waiting)).toEqual([1, 2, 3]);
    expect(await collect(make(2).mapAsync(async (x) => [x, x]))).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it('filter', async () => {
    expect(await collect(make(6).filter((x) => x.item() % 2 === 0))).toEqual([0, 2, 4]);
    expect(await collect(make(3).filter((x) => x.greater(0)))).toEqual([1, 2]);
    expect(await collect(make(6).filter((x) => x.item() > 2).batch(2))).toEqual([[3, 4], [5]]);
  });

  it('concatenate, with the like and with others', async () => {
    const [a, b] = [make(2), count(3).map((x) => x.add(10))];
    expect(await collect(a.concatenate(b, a))).toEqual([0, 1, 10, 11, 12, 0, 1]);
    expect(await collect(a.concatenate(a.take(1)).batch(3))).toEqual([[0, 1, 0]]);
  });

  it('zip, as long as all have an element', async () => {
    expect(await collect(Dataset.zip(make(3), make(2)))).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(await collect(Dataset.zip(make(2), make(9), make(3)).batch(2))).toEqual([
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
    ]);
  });

  it('cache: the source is read once', async () => {
    let passes = 0;
    const source = make(3).map((x) => {
      passes += x.item() === 0 ? 1 : 0;
      return x;
    });
    const cached = source.cache();
    // A pass that is left early counts for nothing.
    expect(await collect(cached, 2)).toEqual([0, 1]);
    expect(await collect(cached)).toEqual([0, 1, 2]);
    expect(await collect(cached)).toEqual([0, 1, 2]);
    expect(await collect(cached.batch(3))).toEqual([[0, 1, 2]]);
    expect(passes).toBe(2);
    // The order of what is shuffled before the cache is kept, too.
    const shuffled = make(20).shuffle(20).cache();
    expect(await collect(shuffled)).toEqual(await collect(shuffled));
  });

  it('prefetch', async () => {
    for (const buffer of [1, 2, 10]) {
      expect(await collect(make(5).prefetch(buffer))).toEqual(naturals(5));
      expect(await collect(make(5).batch(2).prefetch(buffer))).toEqual([[0, 1], [2, 3], [4]]);
    }
  });
});

describe('the size of a data set', () => {
  it('is known where it can be', () => {
    const five = rows(5);
    const unknown = count(5);
    const sizes: [Dataset, number | undefined][] = [
      [five, 5],
      [unknown, undefined],
      [five.take(3), 3],
      [five.take(9), 5],
      [unknown.take(3), undefined],
      [unknown.take(0), 0],
      [five.skip(2), 3],
      [five.skip(9), 0],
      [five.batch(2), 3],
      [five.batch(2, { dropRemainder: true }), 2],
      [five.repeat(3), 15],
      [five.repeat(), Infinity],
      [five.repeat().take(7), 7],
      [five.repeat().batch(2), Infinity],
      [unknown.repeat(), Infinity],
      [unknown.repeat(0), 0],
      [five.skip(5).repeat(), 0],
      [five.map((x) => x), 5],
      [five.filter(() => true), undefined],
      [five.shuffle(2).cache().prefetch(1), 5],
      [five.concatenate(five), 10],
      [five.concatenate(unknown), undefined],
      [five.concatenate(five.repeat()), Infinity],
      [Dataset.zip(five, five.take(2)), 2],
      [Dataset.zip(five, unknown), undefined],
    ];
    for (const [dataset, size] of sizes) expect(dataset.size).toBe(size);
  });
});

describe('what cannot be', () => {
  it('elements of different shapes or dtypes in one batch', async () => {
    const dataset = Dataset.fromGenerator(function* () {
      yield [Float32Array.of(1, 2), 0] as const;
      yield [Float32Array.of(1, 2, 3), 0] as const;
    });
    await expect(collect(dataset.batch(2))).rejects.toThrow(ShapeError);
    await expect(collect(dataset.batch(2))).rejects.toThrow(
      'Dataset.batch: batch 0: element 1 of the batch has x of shape (3,), float32; those before have (2,), float32',
    );
    const types: Dataset = Dataset.fromGenerator(() => [1, Int32Array.of(2)]);
    await expect(collect(types.batch(2))).rejects.toThrow(ShapeError);
    const lists: Dataset = Dataset.fromGenerator(() => [[1, 2], 1] as never);
    await expect(collect(lists.batch(2))).rejects.toThrow(/has 1 parts, those before have 2/);
  });

  it('functions that throw: the element is named, errors of this library stay what they are', async () => {
    const broken = rows(3).map((x): Element => {
      if (x.item() === 2) throw new RangeError('too much');
      return x;
    });
    await expect(collect(broken)).rejects.toThrow(DatasetError);
    await expect(collect(broken)).rejects.toThrow(
      'Dataset.map: the function failed at element 2: too much',
    );
    await expect(collect(rows(3).map((x) => x.reshape([7])))).rejects.toThrow(ShapeError);
    const failing = rows(3).mapAsync(async () => Promise.reject<number>(new Error('offline')));
    await expect(collect(failing)).rejects.toThrow(/mapAsync: the function failed at element 0/);
  });

  it('asynchronous functions where synchronous ones are needed, and other answers', async () => {
    const wrong = (async (x: Element) => x) as never;
    await expect(collect(rows(3).map(wrong))).rejects.toThrow(/asynchronous\. Use mapAsync/);
    await expect(collect(rows(3).filter(wrong))).rejects.toThrow(/asynchronous/);
    const forgotten = (() => undefined) as never;
    await expect(collect(rows(3).filter(forgotten))).rejects.toThrow(/must say true or false/);
    await expect(collect(rows(3).map(forgotten))).rejects.toThrow(/Dataset\.map: result 0 must be/);
  });

  it.each<[() => unknown, RegExp]>([
    [() => rows(3).batch(0), /Dataset\.batch: size must be a whole number of at least 1, got 0/],
    [() => rows(3).batch(2, { dropRemainders: true } as never), /unknown option 'dropRemainders'/],
    [() => rows(3).batch(2, { dropRemainder: 1 } as never), /must be true or false/],
    [() => rows(3).shuffle(0), /bufferSize must be/],
    [() => rows(3).shuffle(2, { seed: -1 }), /seed is a whole number/],
    [() => rows(3).take(-1), /count must be/],
    [() => rows(3).skip(1.5), /count must be/],
    [() => rows(3).repeat(-1), /count must be/],
    [() => rows(3).prefetch(0), /bufferSize must be/],
    [() => rows(3).map(3 as never), /Dataset\.map: takes a function, got 3/],
    [() => rows(3).concatenate([1] as never), /takes data sets/],
    [() => Dataset.zip(rows(3), 3 as never), /takes data sets, got 3/],
  ])('arguments: %s', (make, message) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });
});

describe('messages about elements', () => {
  it('name the tensors by their places', () => {
    const x = { image: zeros([3, 2]), words: zeros([2]) };
    expect(() => Dataset.fromTensors(x, zeros([3]))).toThrow(
      'x.image (3, 2), x.words (2,), y (3,)',
    );
  });
});
