import { tensor } from 'lanegrad';
import { describe, expect, it } from 'vitest';
import { Canvas } from '../../../examples/terminal/canvas.js';
import { beside } from '../../../examples/terminal/page.js';
import { drawPictures } from '../../../examples/terminal/pictures.js';

describe('Canvas', () => {
  it('draws axes through 0, y upwards', () => {
    expect(new Canvas(5, 3, [-2, 2], [-1, 1]).lines()).toEqual(['  ·  ', '··+··', '  ·  ']);
    expect(new Canvas(3, 2, [1, 2], [1, 2]).lines()).toEqual(['   ', '   ']);
  });

  it('puts points where they belong, the last one on top, and leaves out those beyond the edge', () => {
    const canvas = new Canvas(3, 3, [1, 3], [1, 3]);
    canvas.point(1, 1, 'a');
    canvas.point(3, 3, 'b');
    canvas.point(3, 3, 'c');
    canvas.point(4, 2, 'd');
    canvas.point(2, -5, 'e');
    expect(canvas.lines()).toEqual(['  c', '   ', 'a  ']);
  });

  it('draws lines without gaps', () => {
    const canvas = new Canvas(4, 4, [1, 4], [1, 4]);
    canvas.line(1, 1, 4, 4, '/');
    canvas.line(1, 4, 2, 4, '-');
    expect(canvas.lines()).toEqual(['-- /', '  / ', ' /  ', '/   ']);
  });
});

describe('drawPictures', () => {
  it('draws small pictures with two characters a pixel', () => {
    const picture = tensor([[[0, 9], [5, 4]]]); // prettier-ignore
    expect(drawPictures(picture, 9)).toEqual([['  @@', '++==']]);
  });

  it('draws large ones with one character for four pixels', () => {
    const [lines = []] = drawPictures(tensor(new Float32Array(20 * 18).fill(9), { shape: [1, 20, 18] }), 9); // prettier-ignore
    expect(lines).toEqual(new Array<string>(10).fill('@'.repeat(9)));
  });
});

describe('beside', () => {
  it('joins blocks of different heights', () => {
    expect(beside([['a', 'bb'], ['c'], ['d', 'e']], 1)).toEqual(['a  c d', 'bb   e']);
  });
});
