// Boxes that overlap less than some limit, the best first.

/** What decides which boxes stay. */
interface Suppression {
  /** The most boxes that stay. */
  readonly most: number;
  /** The overlap, area in common ÷ area of both together, up to which two boxes stay. */
  readonly overlap: number;
  /** The score above which boxes are looked at. */
  readonly least: number;
  /** With more than 0, overlap lowers scores by e^(−½ · overlap² / sigma) instead of dropping the box. */
  readonly sigma: number;
}

interface Candidate {
  readonly box: number;
  score: number;
  /** Boxes that stay and have been compared with it. */
  compared: number;
}

/** The area that two boxes [y1, x1, y2, x2] have in common, as a share of both together. */
function overlapOf(boxes: ArrayLike<number>, i: number, j: number): number {
  const side = (box: number, axis: number): readonly [number, number] => {
    const [a, b] = [boxes[4 * box + axis] ?? 0, boxes[4 * box + axis + 2] ?? 0];
    return [Math.min(a, b), Math.max(a, b)];
  };
  const [top, bottom] = side(i, 0);
  const [left, right] = side(i, 1);
  const [up, down] = side(j, 0);
  const [west, east] = side(j, 1);
  const [one, other] = [(bottom - top) * (right - left), (down - up) * (east - west)];
  if (one <= 0 || other <= 0) return 0;
  const common =
    Math.max(Math.min(bottom, down) - Math.max(top, up), 0) *
    Math.max(Math.min(right, east) - Math.max(left, west), 0);
  return common / (one + other - common);
}

/** Where a candidate belongs among those that are sorted, the worst first; of equal ones the first box is the best. */
function placeFor(sorted: readonly Candidate[], { score, box }: Candidate): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = sorted[middle];
    if (other === undefined) break;
    const isWorse = other.score < score || (other.score === score && other.box > box);
    if (isWorse) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The boxes that stay, in the order of their scores, and these. */
export function nonMaxSuppression(
  boxes: ArrayLike<number>,
  scores: ArrayLike<number>,
  { most, overlap, least, sigma }: Suppression,
): { readonly indices: readonly number[]; readonly scores: readonly number[] } {
  const waiting: Candidate[] = Array.from(scores, (score, box) => ({ box, score, compared: 0 }))
    .filter(({ score }) => score > least)
    .sort((a, b) => a.score - b.score || b.box - a.box);
  const [indices, left]: [number[], number[]] = [[], []];
  while (indices.length < most) {
    const candidate = waiting.pop();
    if (candidate === undefined || candidate.score < least) break;
    const before = candidate.score;
    let isDropped = false;
    for (let i = indices.length - 1; i >= candidate.compared; i--) {
      const share = overlapOf(boxes, candidate.box, indices[i] ?? 0);
      if (share >= overlap) {
        isDropped = true;
        break;
      }
      if (sigma > 0) candidate.score *= Math.exp((-0.5 / sigma) * share * share);
      if (candidate.score <= least) break;
    }
    candidate.compared = indices.length;
    if (isDropped) continue;
    if (candidate.score === before) {
      indices.push(candidate.box);
      left.push(candidate.score);
    } else if (candidate.score > least) {
      waiting.splice(placeFor(waiting, candidate), 0, candidate);
    }
  }
  return { indices, scores: left };
}
