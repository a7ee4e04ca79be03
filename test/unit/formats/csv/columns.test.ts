// Columns of a CSV file, each by itself: numbers, and strings as they stand there.
import { describe, expect, it } from 'vitest';
import { data, FormatError, Tensor, utils } from '../../../../src/index.js';
import type { StringArray } from '../../../../src/index.js';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const values = (column: unknown): unknown =>
  column instanceof Tensor ? column.toArray() : (column as StringArray).toArray();

const TABLE = 'age,job,kids\n31,"a, b",1\n\n54.5,,0\n18,NA,2\n';

describe('readCsvColumns', () => {
  it('gives numbers where all fields are numbers, else strings as they are', async () => {
    const { columns, columnNames } = await data.readCsvColumns(bytes(TABLE));
    expect(columnNames).toEqual(['age', 'job', 'kids']);
    expect(Object.values(columns).map(({ dtype }) => dtype)).toEqual(['float32', 'string', 'float32']); // prettier-ignore
    expect(Object.values(columns).map(values)).toEqual([[31, 54.5, 18], ['a, b', '', 'NA'], [1, 0, 2]]); // prettier-ignore
  });

  it('takes types, columns and names', async () => {
    const { columns } = await data.readCsvColumns(bytes(TABLE), {
      columns: ['kids', 0],
      dtypes: { kids: 'int32', age: 'string' },
    });
    expect(Object.entries(columns).map(([name, column]) => [name, column.dtype, values(column)])).toEqual([
      ['kids', 'int32', [1, 0, 2]],
      ['age', 'string', ['31', '54.5', '18']],
    ]); // prettier-ignore
    const { columns: named } = await data.readCsvColumns(bytes('1,x\n2,y\n'), {
      header: ['a', 'b'],
    });
    expect(Object.entries(named).map(([name, column]) => [name, values(column)])).toEqual([['a', [1, 2]], ['b', ['x', 'y']]]); // prettier-ignore
  });

  it('reads blanks behind delimiters, and numbers that are missing', async () => {
    const { columns } = await data.readCsvColumns(bytes('a, b, c\n1, ?, x\n2, 3, ?\n'), {
      delimiter: ', ',
      missing: 'nan',
      missingValues: ['?'],
    });
    expect(Object.values(columns).map(values)).toEqual([[1, 2], [NaN, 3], ['x', '?']]); // prettier-ignore
  });

  it.each<[string, string, data.CsvColumnsOptions, RegExp]>([
    [
      'a text in a column of numbers',
      'a,b\n1,2\n\n3,x\n',
      { dtypes: { b: 'float32' } },
      /line 4, column 'b': 'x' is not a number/,
    ],
    ['a missing number', 'a,b\n1,2\n3,\n', {}, /line 3, column 'b': '' is a missing value/],
    [
      'a part of a whole number',
      'a\n1.5\n',
      { dtypes: { a: 'int32' } },
      /line 2, column 'a': '1.5' is no int32/,
    ],
    ['a row that is too long', 'a,b\n1,2,3\n', {}, /line 2: 3 fields, but the header has 2/],
    ['no rows', '', {}, /has no rows/],
    [
      'more than is allowed',
      `a\n${'x\n'.repeat(100)}`,
      { maxBytes: 500 },
      /more than the 500 bytes that are allowed/,
    ],
  ])('refuses %s', async (_, text, options, message) => {
    // prettier-ignore
    const read = data.readCsvColumns(bytes(text), options);
    await expect(read).rejects.toThrow(FormatError);
    await expect(read).rejects.toThrow(message);
  });

  it.each<[object, RegExp]>([
    [{ dtypes: { a: 'category' } }, /dtypes\['a'\] must be 'float32', 'int32' or 'string'/],
    [{ label: 'a' }, /unknown option 'label'/],
    [{ columns: ['q'] }, /there is no column 'q'/],
    [{ dtypes: { q: 'int32' } }, /there is no column 'q'/],
  ])('refuses %o', async (options, message) => {
    await expect(data.readCsvColumns(bytes('a,b\n1,2\n'), options)).rejects.toThrow(message);
  });

  it('refuses two columns of one name, and takes either by its number', async () => {
    const twice = bytes('a,b,a\n1,2,3\n');
    await expect(data.readCsvColumns(twice)).rejects.toThrow(/two columns are called 'a'/);
    const { columns } = await data.readCsvColumns(twice, { columns: [1, 2] });
    expect(columns['a']?.toArray()).toEqual([3]);
    const header = ['x', 'b', 'y'];
    const named = await data.readCsvColumns(twice, { header, skipRows: 1 });
    expect(named.columnNames).toEqual(header);
    for (const all of [columns, named.columns]) {
      for (const column of Object.values(all)) column.dispose();
    }
  });

  it('feeds a FeatureSpace', async () => {
    const { columns } = await data.readCsvColumns(bytes('age,job\n1,a\n3,b\n'));
    const space = new utils.FeatureSpace({ age: 'float_normalized', job: 'string_categorical' });
    await space.adapt(columns);
    expect(space.apply(columns).toArray()).toEqual([[-1, 0, 0, 1], [1, 0, 1, 0]]); // prettier-ignore
  });
});
