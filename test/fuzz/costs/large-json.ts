// JSON that is large in itself: texts, as few of them can be made of objects.
import { at, functional, input, join, layer, operation, stack, scaled } from './builders.js';

export const largeJson: Record<string, () => string> = {
  'names in the root': () => `{${join(scaled(1_040_000), (i) => `"${i.toString(36)}":0`)}}`,
  'names in the model': () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[],${join(scaled(1_040_000), (i) => `"${i.toString(36)}":0`)}}}`,
  'names in a layer': () =>
    JSON.stringify(stack('ReLU', {})).replace(
      '"ReLU","config":{',
      `"ReLU","config":{${join(scaled(1_040_000), (i) => `"${i.toString(36)}":0`)}`,
    ),
  'names in a node': () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, at('x'))])).replace(
      '"kwargs":{',
      `"kwargs":{${join(scaled(1_040_000), (i) => `"${i.toString(36)}":0`)}`,
    ),
  'names in nodes': () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, at('x'))])).replace(
      '"kwargs":{',
      `"kwargs":{${join(11, (j) => `"o${j}":{${join(scaled(90_000), (i) => `"${j}_${i.toString(36)}":0`)}}`)}`,
    ),
  'small objects in a node': () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, at('x'))])).replace(
      '"kwargs":{',
      `"kwargs":{"z":[${join(scaled(1_040_000), () => `{"a":0}`)}]`,
    ),
  'objects of different names': () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, at('x'))])).replace(
      '"kwargs":{',
      `"kwargs":{"z":[${join(scaled(54_000), (i) => `{${join(19, (j) => `"${i}_${j}":0`)}}`)}]`,
    ),
  'objects in the root': () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[]},"z":[${join(scaled(54_000), (i) => `{${join(19, (j) => `"${i}_${j}":0`)}}`)}]}`,
  'numbers in a node': () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, at('x'))])).replace(
      '"kwargs":{',
      `"kwargs":{"z":[${join(scaled(4_000_000), () => '1.5')}]`,
    ),
  'lists in a node': () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, at('x'))])).replace(
      '"kwargs":{',
      `"kwargs":{"z":[${join(scaled(2_000_000), () => '[]')}]`,
    ),
  'layers that are numbers': () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[${join(scaled(4_000_000), () => '1')}]}}`,
  'layers that are empty': () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[${join(scaled(2_000_000), () => '{}')}]}}`,
  'layers without weights': () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[${join(scaled(500_000), (i) => `{"class_name":"A${i}","config":{}}`)}]}}`,
  references: () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, ['REFERENCES'])])).replace(
      '"REFERENCES"',
      join(scaled(300_000), () => JSON.stringify(at('x'))),
    ),
  'references for a concatenation': () =>
    JSON.stringify(functional([input('x'), layer('Concatenate', 'y', {}, ['REFERENCES'])])).replace(
      '"REFERENCES"',
      join(scaled(300_000), () => JSON.stringify(at('x'))),
    ),
  'references for an operation': () =>
    JSON.stringify(
      functional([input('x'), operation('numpy.Concatenate', 'y', { axis: 1 }, ['REFERENCES'])]),
    ).replace(
      '"REFERENCES"',
      join(scaled(300_000), () => JSON.stringify(at('x'))),
    ),
  'one text': () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[]},"z":"${'x'.repeat(scaled(60_000_000))}"}`,
  escapes: () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[]},"z":"${'\\u0041'.repeat(scaled(10_000_000))}"}`,
  brackets: () =>
    `{"z":${'['.repeat(60)}${join(scaled(1_000_000), () => '[[]]')}${']'.repeat(60)}}`,
  spaces: () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[]}${' '.repeat(scaled(60_000_000))}}`,
};
