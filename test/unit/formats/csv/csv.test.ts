import { describe, expect, it } from 'vitest';
import { Dataset, readCsv } from '../../../../src/data.js';
import type { CsvOptions } from '../../../../src/data.js';
import { FormatError, ValueError } from '../../../../src/errors.js';
import { collect } from '../../data/dataset/elements.js';
import { bytes, failure, read } from './readers.js';

const flowers = `length,width,species
5.1,3.5,setosa
7.0,3.2,versicolor
6.3,3.3,virginica
4.9,3.0,setosa
`;

describe('columns', () => {
  it('are numbers, all in x unless one is the label', async () => {
    expect(await read('a,b\n1,2\n3.5,-4e2\n')).toEqual({
      x: [
        [1, 2],
        [3.5, -400],
      ],
      y: undefined,
      types: ['float32', undefined],
    });
    expect(await read('a,b,c\n1,2,3\n4,5,6', { label: 'b' })).toEqual({
      x: [
        [1, 3],
        [4, 6],
      ],
      y: [2, 5],
      types: ['float32', 'float32'],
    });
  });

  it('are chosen by name or number, in the order that is asked for', async () => {
    const text = 'a,b,c,d\n1,2,3,4\n';
    const { x, y } = await read(text, { columns: ['d', 0], label: ['c', -3] });
    expect([x, y]).toEqual([[[4, 1]], [[3, 2]]]);
    expect(await read(text, { label: -1 })).toMatchObject({ x: [[1, 2, 3]], y: [4] });
  });

  it('may have no names, or names that are given', async () => {
    expect((await read('1,2\n3,4', { header: false, label: '1' })).y).toEqual([2, 4]);
    expect((await read('1,2\n3,4', { header: ['a', 'b'], label: 'a' })).y).toEqual([1, 3]);
    const names = await Dataset.csv(bytes(flowers)).columnNames();
    expect(names).toEqual(['length', 'width', 'species']);
  });

  it('of names become numbers in the order of appearance, or of a list', async () => {
    const { x, y, types } = await read(flowers, {
      label: 'species',
      dtypes: { species: 'category' },
    });
    expect(y).toEqual([0, 1, 2, 0]);
    expect(types).toEqual(['float32', 'int32']);
    expect((x as number[][])[1]).toEqual([7, Math.fround(3.2)]);
    const listed = ['virginica', 'versicolor', 'setosa'];
    expect((await read(flowers, { label: 2, dtypes: { species: listed } })).y).toEqual([
      2, 1, 0, 2,
    ]);
    const { categories } = await readCsv(bytes(flowers), { dtypes: { species: 'category' } });
    expect(categories).toEqual({ species: ['setosa', 'versicolor', 'virginica'] });
  });

  it('keep their categories from pass to pass', async () => {
    const rows = Dataset.csv(bytes(flowers), { label: 2, dtypes: { 2: 'category' } });
    expect(rows.categories).toEqual({});
    const first = await collect(rows.batch(4));
    expect(rows.categories).toEqual({ species: ['setosa', 'versicolor', 'virginica'] });
    expect(await collect(rows.batch(4))).toEqual(first);
  });

  it('are int32 where all are', async () => {
    const dtypes = { a: 'int32', b: 'category' } as const;
    expect(await read('a,b\n2147483647,x\n-5,y', { dtypes })).toMatchObject({
      x: [
        [2147483647, 0],
        [-5, 1],
      ],
      types: ['int32', undefined],
    });
  });
});

describe('missing values', () => {
  const text = 'a,b\n1,\nNA,2\n?,3\n';
  const missingValues = ['?'];

  it('are errors that name line and column', async () => {
    const error = await failure(text);
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toBe(
      `CSV data, line 2, column 'b': '' is a missing value. Give missing: 'nan' or a number to stand for it.`,
    );
  });

  it('become NaN or a number', async () => {
    expect((await read(text, { missing: 'nan', missingValues })).x).toEqual([
      [1, NaN],
      [NaN, 2],
      [NaN, 3],
    ]);
    expect((await read(text, { missing: -1, missingValues })).x).toEqual([
      [1, -1],
      [-1, 2],
      [-1, 3],
    ]);
    const dtypes = { a: 'category' } as const;
    expect((await read('a\nx\nnull\ny', { missing: -1, dtypes })).x).toEqual([[0], [-1], [1]]);
  });

  it('have no NaN in whole numbers and categories', async () => {
    const message = async (type: 'int32' | 'category'): Promise<string> =>
      (await failure('a\n1\nNA', { missing: 'nan', dtypes: { a: type } })).message;
    expect(await message('int32')).toMatch(/line 3, column 'a'.*int32 has no NaN/);
    expect(await message('category')).toMatch(/categories have no NaN/);
  });
});

describe('rows that do not fit', () => {
  it.each<[string, string, CsvOptions, string]>([
    ['fewer fields', 'a,b\n1,2\n3\n', {}, `CSV data, line 3: 1 fields, but the header has 2: '3'.`],
    [
      'more fields, after a field of two lines',
      'a,b\n1,"x\ny"\n3,4,5\n',
      { dtypes: { b: 'category' } },
      `CSV data, line 4: 3 fields, but the header has 2: '3,4,5'.`,
    ],
    [
      'without a header',
      '1,2\n3\n',
      { header: false },
      `CSV data, line 2: 1 fields, but the first row has 2: '3'.`,
    ],
    [
      'a text among numbers',
      'a,b\n1,2\n\n3,four\n',
      {},
      `CSV data, line 4, column 'b': 'four' is not a number. Give dtypes: { 'b': 'category' }, or leave the column out ` +
        `with columns.`,
    ],
    ['hexadecimal', 'a\n0x10\n', {}, `CSV data, line 2, column 'a': '0x10' is not a number.`],
    [
      'a fraction in a column of whole numbers',
      'a\n1.5\n',
      { dtypes: { a: 'int32' } },
      `CSV data, line 2, column 'a': '1.5' is no int32`,
    ],
    [
      'a category that is not in the list',
      'a\nx\nz\n',
      { dtypes: { a: ['x', 'y'] } },
      `CSV data, line 3, column 'a': 'z' is none of x, y.`,
    ],
    [
      'a quote that is not closed',
      'a,b\n1,2\n3,"4\n5,6\n',
      {},
      'CSV data, line 3: a quoted field that begins in this row is never closed.',
    ],
    [
      'text after a closing quote',
      'a,b\n"1"x,2\n',
      {},
      'CSV data, line 2: text follows the closing quote of a field.',
    ],
    ['nothing at all', '', {}, 'CSV data: the file has no rows.'],
    [
      'a first row of numbers, where names are expected',
      '1,2\n3,4',
      {},
      `CSV data: the first row holds numbers only: '1,2'. Give header: false`,
    ],
  ])('%s', async (_, text, options, message) => {
    const error = await failure(text, options);
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toContain(message);
  });

  it('are found in later pieces, on the right line', async () => {
    const good = Array.from({ length: 50_000 }, (_, i) => `${i},"${i}\n"`);
    const text = `a,b\n${good.join('\n')}\nbad,1`;
    const error = await failure(text, { dtypes: { b: 'category' } });
    expect(error.message).toContain(`line ${2 + 2 * 50_000}, column 'a': 'bad' is not a number`);
  });
});

describe('options', () => {
  it.each<[CsvOptions, string]>([
    [{ label: 'widht' }, `there is no column 'widht'. Did you mean 'width'?`],
    [{ label: 7 }, 'there is no column 7, the file has 3'],
    [{ label: 'width', columns: ['width'] }, `column 'width' is chosen twice`],
    [{ label: ['length', 'width', 'species'] }, 'no column is left for x'],
    [{ columns: ['width'], dtypes: { length: 'int32' } }, `names column 'length', which is not`],
    [{ header: ['a', 'a', 'b'], label: 'a' }, `several columns are called 'a'`],
  ])('%o do not fit the file', async (options, message) => {
    const error = await failure(flowers, options);
    expect(error).toBeInstanceOf(ValueError);
    expect(error.message).toContain(message);
  });

  it.each<[object, RegExp]>([
    [{ seperator: ';' }, /readCsv: unknown option 'seperator'/],
    [{ delimiter: ';;' }, /delimiter must be one character/],
    [{ header: 'yes' }, /header must be true or false, got 'yes'/],
    [{ header: [] }, /header must be true, false or a list of names/],
    [{ missing: 'drop' }, /missing must be 'error', 'nan' or a number, got 'drop'/],
    [{ dtypes: { a: 'text' } }, /dtypes\['a'\] must be 'float32', 'int32', 'category'/],
    [{ columns: [] }, /columns must be a list/],
    [{ skipRows: -1 }, /skipRows must be a whole number/],
    [{ encoding: 'klingon' }, /encoding must be one that TextDecoder knows/],
    [{ missingValues: '?' }, /missingValues must be a list/],
  ])('%o are refused', async (options, message) => {
    await expect(readCsv(bytes('a\n1'), options)).rejects.toThrow(ValueError);
    await expect(readCsv(bytes('a\n1'), options)).rejects.toThrow(message);
    expect(() => Dataset.csv(bytes('a\n1'), options)).toThrow(ValueError);
  });
});
