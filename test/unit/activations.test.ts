import { describe, expect, it } from 'vitest';
import * as activations from '../../src/activations.js';
import { ValueError } from '../../src/errors.js';
import { tensor } from '../../src/engine/tensor/create.js';
import type { Tensor } from '../../src/engine/tensor/tensor.js';
import { expectAllClose } from '../golden/cases.js';

describe('activations.get', () => {
  it('takes names in Keras’s spelling and in camelCase', () => {
    expect(activations.get('hard_sigmoid')).toBe(activations.hardSigmoid);
    expect(activations.get('hardSigmoid')).toBe(activations.hardSigmoid);
    expect(activations.get('hardSigmoidKeras2')).toBe(activations.hardSigmoidKeras2);
    expect(activations.get('relu6')).toBe(activations.relu6);
  });

  it('knows the aliases', () => {
    expect(activations.get('swish')).toBe(activations.silu);
    expect(activations.get('hard_swish')).toBe(activations.hardSilu);
    expect(activations.swish).toBe(activations.silu);
  });

  it('makes null and nothing linear', () => {
    expect(activations.get(null)).toBe(activations.linear);
    expect(activations.get(undefined)).toBe(activations.linear);
  });

  it('passes functions through', () => {
    const double = (x: Tensor): Tensor => x;
    expect(activations.get(double)).toBe(double);
  });

  it('takes a function as Keras serializes it', () => {
    const config = { class_name: 'function', config: 'relu', registered_name: 'relu' };
    expect(activations.deserialize(config)).toBe(activations.relu);
  });

  it('lists the known names and suggests the nearest for an unknown one', () => {
    expect(() => activations.get('sofmax')).toThrow(ValueError);
    expect(() => activations.get('sofmax')).toThrow(/'sofmax'.*'softmax'.*celu, elu, exponential/);
  });

  it('refuses what is not an identifier', () => {
    expect(() => activations.get(3 as unknown as string)).toThrow(/got 3/);
  });

  it('says that threshold needs its parameters', () => {
    expect(() => activations.get('threshold')(tensor([1]))).toThrow(/needs its threshold/);
    const byFunction = activations.get(activations.threshold as unknown as activations.Activation);
    expect(() => byFunction(tensor([1]))).toThrow(/needs its threshold/);
  });
});

describe('activations.serialize', () => {
  it('gives Keras’s name, not an alias', () => {
    expect(activations.serialize(activations.hardSilu)).toBe('hard_silu');
    expect(activations.serialize(activations.get('swish'))).toBe('silu');
    expect(activations.serialize(activations.exponential)).toBe('exponential');
  });

  it('refuses a function that Keras has no name for', () => {
    const twice = (x: Tensor): Tensor => x;
    expect(() => activations.serialize(twice)).toThrow(/twice\(\) cannot be saved/);
  });
});

describe('activations that have no golden numbers', () => {
  const x = tensor([-2, -0.5, 0, 0.5, 2]);

  it('sparsePlus is 0, (x + 1)² / 4, x', () => {
    const y = activations.get('sparse_plus')(x);
    expectAllClose(y.data(), [0, 0.0625, 0.25, 0.5625, 2]);
  });

  it('sparseSigmoid is clip((x + 1) / 2, 0, 1)', () => {
    expectAllClose(activations.get('sparse_sigmoid')(x).data(), [0, 0.25, 0.5, 0.75, 1]);
  });

  it('glu is a · sigmoid(b)', () => {
    const y = activations.get('glu')(tensor([[1, 2, 0, Math.log(3)]]));
    expectAllClose(y.data(), [0.5, 1.5]);
  });

  it('sparsemax projects onto the simplex', () => {
    // τ = (1 + 0.8 − 1) / 2 = 0.4 for the two largest; the third is below it.
    const y = activations.get('sparsemax')(tensor([[1, 0.8, 0.1]]));
    expectAllClose(y.data(), [0.6, 0.4, 0]);
  });

  it('linear returns its input', () => {
    expect(activations.linear(x)).toBe(x);
  });
});
