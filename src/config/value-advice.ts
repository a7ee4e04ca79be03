/** Characters of a text that are looked at. */
const LOOKED_AT = 200;

/** JavaScript's `+` makes texts of tensors. */
export function adviceOnText(text: string): string {
  return isTensorText(text.slice(0, LOOKED_AT))
    ? ' (the text of a tensor: for X + 1 write x.add(1))'
    : '';
}

/** Whether a text begins as that of a tensor, with numbers before it or after it. */
function isTensorText(start: string): boolean {
  const isNumbers = /^[-+.\s\d[\]TrueFalsnif]+$/.test(start);
  return isNumbers
    ? /\[\s*(?:-?[\d.]|nan|-?inf|True|False)/.test(start)
    : start.includes('SymbolicTensor(');
}

/** How pixels are read of what shows or holds a picture in a page. */
export function adviceOnObjectOf(className: string): string {
  switch (className) {
    case 'ImageData':
      return ' (its pixels: utils.fromPixels(image), or with { channels: 4 })';
    case 'Blob':
    case 'File':
      return ' (the pixels of a picture: utils.imgToArray(await utils.loadImg(file)); bytes: await file.arrayBuffer())';
    case 'HTMLCanvasElement':
    case 'HTMLImageElement':
    case 'HTMLVideoElement':
    case 'ImageBitmap':
    case 'OffscreenCanvas':
    case 'VideoFrame':
      return ' (its pixels: utils.fromPixels(element))';
    default:
      return '';
  }
}

/** What Keras 1 and 2, TensorFlow.js and others call options that have another name here. */
const RENAMED: Readonly<Record<string, string>> = {
  alpha: 'negativeSlope',
  batch: 'batchSize',
  bordermode: 'padding',
  epsilon: 'minDelta',
  init: 'kernelInitializer',
  iterations: 'epochs',
  lr: 'learningRate',
  nbepoch: 'epochs',
  nbepochs: 'epochs',
  nbfilter: 'filters',
  nbworker: 'workers',
  outputdim: 'units',
  p: 'rate',
  sigma: 'stddev',
  subsample: 'strides',
  validation: 'validationData',
};

/** What does the work of options that are gone, where the options that are there say that it can. */
const GONE: Readonly<Record<string, readonly [known: string, hint: string]>> = {
  decay: [
    'learningRate',
    'Give learningRate a schedule, such as new optimizers.schedules.ExponentialDecay(0.01, 1000, 0.9); weightDecay shrinks weights.',
  ],
  inputdim: ['inputShape', "Use 'inputShape', a list of lengths: [n]."],
  inputlength: ['inputDim', 'Leave it out: the length is that of the input.'],
  weights: ['trainable', 'Set weights by setWeights when the layer is built.'],
};

/** What an option of other libraries and versions is called here, or what does its work. */
export function adviceOnOption(name: string, known: readonly string[]): string | undefined {
  const plain = name.replaceAll('_', '').toLowerCase();
  const renamed = RENAMED[plain];
  if (renamed !== undefined && known.includes(renamed)) return `Use '${renamed}'.`;
  const [needed, hint] = GONE[plain] ?? [];
  return needed !== undefined && known.includes(needed) ? hint : undefined;
}

/** How many letters must be changed, added, left out or swapped with their neighbour to make one short word the other. */
function distance(a: string, b: string): number {
  let previous: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwapped ? (previous[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(substitution, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    previous = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Letters of the longest name that is guessed at: a distance takes the product of two lengths. */
const MAX_GUESSED = 64;

/** The known name that a misspelt one most likely means, or undefined if none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > MAX_GUESSED) return undefined;
  let best: string | undefined;
  // Of one letter nothing may be left to guess from.
  const limit = Math.min(Math.max(2, Math.floor(name.length / 3)), name.length - 1);
  let bestDistance = limit + 0.5;
  for (const candidate of known) {
    // So many letters are left out or added at least.
    if (Math.abs(candidate.length - name.length) > bestDistance) continue;
    const d = distance(name.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}
