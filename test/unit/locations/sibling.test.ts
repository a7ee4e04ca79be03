// Where a file lies that another one names.
import { expect, it } from 'vitest';
import { siblingOf } from '../../../src/files/locations/source.js';

it.each([
  ['model.onnx', 'w.bin'],
  ['models/model.onnx', 'models/w.bin'],
  ['run #1?/model.onnx', 'run #1?/w.bin'],
  ['C:\\models\\model.onnx', 'C:\\models\\w.bin'],
  ['file:///models/model.onnx', 'file:///models/w.bin'],
  ['https://host/models/model.onnx', 'https://host/models/w.bin'],
  ['https://host/models/model.onnx?token=a/b', 'https://host/models/w.bin?token=a/b'],
])('next to %s lies %s', (location, sibling) => {
  expect(siblingOf(location, 'w.bin')).toBe(sibling);
});
