import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { VarianceScaling } from '../../../src/initializers.js';
import { zeros } from '../../../src/engine/tensor/index.js';

describe('EinsumDense', () => {
  it.each<
    [string, string, number | (number | null)[], (number | null)[], number[], (number | null)[]]
  >([
    ['a matrix', 'ab,bc->ac', 5, [null, 4], [4, 5], [null, 5]],
    ['lengths of the input', 'abc,cd->abd', [null, 5], [null, null, 4], [4, 5], [null, null, 5]],
    ['axes on the left', '...x,xyz->...yz', [2, 5], [null, 3, 7, 4], [4, 2, 5], [null, 3, 7, 2, 5]],
    ['axes on the right', 'ab...,bc->ac...', 5, [null, 4, 3, 7], [4, 5], [null, 5, 3, 7]],
    ['no additional axes', '...x,xy->...y', 5, [null, 4], [4, 5], [null, 5]],
  ])('knows its shapes: %s', (_, equation, outputShape, input, kernel, output) => {
    const layer = new layers.EinsumDense(equation, outputShape);
    layer.build(input);
    expect(layer.kernel.shape).toEqual(kernel);
    expect(layer.computeOutputShape(input)).toEqual(output);
    expect(layer.bias).toBeNull();
  });

  it.each<[string, unknown, string | null, RegExp]>([
    ['another form', 'ab,bc', null, /equation 'ab,bc' has another form than/],
    ['no text', 3, null, /equation must be a text/],
    ['a letter in the kernel alone', 'ab,bcd->ac', null, /has 'd' in the kernel alone/],
    ['a letter in the output alone', 'ab,bc->acd', null, /has 'd' in the output alone/],
    ['a letter twice', 'abb,bc->ac', null, /has a letter twice in 'abb'/],
    [
      'a bias that is not in the output',
      'ab,bc->ac',
      'b',
      /biasAxes 'b' has 'b', which is not in the output/,
    ],
  ])('refuses %s', (_, equation, biasAxes, message) => {
    const make = (): unknown => new layers.EinsumDense(equation as string, 5, { biasAxes });
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });

  it.each<[string, string, number | (number | null)[], number[], RegExp]>([
    [
      'too few axes',
      'abc,cd->abd',
      [null, 5],
      [2, 3],
      /takes input of 3 axes, got shape \((None|2), 3\)/,
    ],
    [
      'lengths that differ',
      'abc,cd->abd',
      [7, 5],
      [2, 3, 4],
      /axis 'b' .* has length 3 in the input, .* and 7 in outputShape/,
    ],
    [
      'too many lengths',
      'ab,bc->ac',
      [2, 5],
      [2, 3],
      /outputShape \(2, 5\) does not fit .* needs 1 lengths/,
    ],
    ['an unknown length', 'abc,bcd->abd', [null, 5], [2, 3, 4], /./],
  ])('refuses input: %s', (name, equation, outputShape, shape, message) => {
    const layer = new layers.EinsumDense(equation, outputShape);
    if (name === 'an unknown length') {
      expect(() => layer.build([null, null, 4])).toThrow(/length of axis 'b' .* is unknown/);
      return;
    }
    expect(() => layer.apply(zeros(shape))).toThrow(ShapeError);
    expect(() => layer.apply(zeros(shape))).toThrow(message);
  });

  it('refuses input of another length once it is built', () => {
    const layer = new layers.EinsumDense('...x,xy->...y', 5);
    layer.build([null, 3, 4]);
    expect(() => layer.apply(zeros([2, 3, 5]))).toThrow(/axis -1 must have length 4/);
  });

  it('begins with the fans that the equation says, unless the initializer has axes of its own', () => {
    const spread = (kernelInitializer: VarianceScaling): number => {
      const layer = new layers.EinsumDense('abc,cde->abde', [null, 40, 50], { kernelInitializer });
      layer.build([null, 3, 30]);
      const values = [...layer.kernel.value.data()];
      return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    };
    const options = { distribution: 'untruncated_normal', seed: 1 } as const;
    expect(spread(new VarianceScaling(options)) * Math.sqrt(30)).toBeCloseTo(1, 1);
    const own = { inputAxes: [1], outputAxes: [0] };
    expect(spread(new VarianceScaling({ ...options, ...own })) * Math.sqrt(40)).toBeCloseTo(1, 1);
  });
});
