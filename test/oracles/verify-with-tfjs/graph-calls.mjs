// What calls of TensorFlow's operators are made of.

/** An attribute in the JSON form of Protocol Buffers. */
export const attr = {
  i: (value) => ({ i: String(value) }),
  f: (value) => ({ f: value }),
  b: (value) => ({ b: value }),
  s: (value) => ({ s: btoa(value) }),
  type: (value) => ({ type: value }),
  ints: (...values) => ({ list: { i: values.map(String) } }),
  texts: (...values) => ({ list: { s: values.map((value) => btoa(value)) } }),
};

/** An input that the graph is given: random numbers of a range. */
export const x = (shape, range = [-2, 2], dtype = 'float32') => ({ shape, range, dtype });
/** An input that is an array of the file. */
export const ints = (...data) => ({ shape: [data.length], data, dtype: 'int32' });
export const int = (value) => ({ shape: [], data: [value], dtype: 'int32' });
export const float = (value) => ({ shape: [], data: [value], dtype: 'float32' });
export const matrix = (rows) => ({
  shape: [rows.length, rows[0].length],
  data: rows.flat(),
  dtype: 'int32',
});

export const call = (inputs, attributes = {}, outputs = 1) => ({ inputs, attributes, outputs });

/** Two shapes that broadcast. */
export function pair(r) {
  const shape = r.shape(1, 4);
  const other = shape
    .map((length) => (r.chance() ? 1 : length))
    .slice(r.whole(0, shape.length - 1));
  return r.chance() ? [shape, other] : [other, shape];
}
