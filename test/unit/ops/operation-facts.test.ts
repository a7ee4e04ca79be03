// The facts of an operation stand at the operation: what the build reads there, and what it refuses.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readOperations } from '../../../scripts/generate/operation-facts.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lanegrad-facts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The facts of one function `f` with these tags. */
function read(tags: readonly string[], parameters = 'x: TensorLike', file = 'some.ts') {
  const lines = tags.map((tag) => ` * ${tag}\n`).join('');
  const text = `/**\n * Something.\n *\n${lines} */\nexport function f(${parameters}): Tensor {}\n`;
  writeFileSync(path.join(folder, file), text);
  return readOperations(folder).operations;
}

test('an exported function without tags is no operation', () => {
  expect(read([])).toEqual([]);
});

test('@keras has the class, the operands and both sides of each default', () => {
  const parameters =
    'a: TensorLike, b: readonly Tensor[], axis = -1, depth?: number, kind: DType | null = null';
  const [facts] = read(['@keras nn.F|nn.G axis=0 depth=2 dtype=null [mode="x"|null]'], parameters);
  expect(facts?.keras).toEqual([
    `two('nn.F', { axis: setting(-1, 0), depth: 2, dtype: dtype(null), mode: onlyKeras("x", null) }, ` +
      `{ aliases: ['nn.G'] })`,
  ]);
});

test('@keras names operands in parentheses, takes expressions, and stands for several classes', () => {
  const [facts] = read(['@keras nn.F(image)', "@keras = pool('nn.Pool', 4)"]);
  expect(facts?.keras).toEqual([`keras('nn.F', ['image'])`, `pool('nn.Pool', 4)`]);
});

test('the other tags make methods, activations and stepwise operations', () => {
  const [facts] = read(['@keras none', '@method', '@activation f old_f', '@stepwise']);
  expect(facts).toMatchObject({
    keras: [],
    isMethod: true,
    activations: ['f', 'old_f'],
    stepwise: 'elements',
  });
  expect(read(['@keras none', '@stepwise'], 'x: TensorLike, axis = -1')[0]?.stepwise).toEqual({
    axis: '-1',
  });
});

test.each([
  ['a tag without @keras', ['@stepwise'], 'x: TensorLike', 'f has no @keras'],
  [
    'a text that is not a class',
    ['@keras nn-F'],
    'x: TensorLike',
    'f: @keras nn-F: it is not read',
  ],
  ['an argument of our own', ['@keras nn.F'], 'x: TensorLike, axis = 0', 'what axis is there'],
  ['an argument of Keras alone', ['@keras nn.F axis=0'], 'x: TensorLike', 'no argument for axis'],
  ['other operands', ['@keras nn.F(a, b)'], 'x: TensorLike', 'name them in parentheses'],
])('%s stops the build, which names file and function', (_, tags, parameters, message) => {
  expect(() => read(tags, parameters)).toThrow(
    `src/engine/ops/some.ts: ${message.startsWith('f') ? message : 'f'}`,
  );
  expect(() => read(tags, parameters)).toThrow(message);
});

test('what stands among the activations is one', () => {
  expect(() => read(['@keras none'], 'x: TensorLike', 'activations.ts')).toThrow(
    'f has no @activation',
  );
});

test('an activation without a doc comment is told all tags', () => {
  writeFileSync(path.join(folder, 'activations.ts'), 'export function f(x: TensorLike): Tensor {}');
  expect(() => readOperations(folder)).toThrow(
    /activations\.ts: f has no doc comment.*@keras.*@activation.*@stepwise.*@method.*@example/,
  );
});
