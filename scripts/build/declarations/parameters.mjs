// Texts of parameters by their names, for functions that do not describe the parameter themselves.
const OPERATIONS = {
  x: 'a tensor, a number, or nested lists of numbers',
  a: 'the first operand: a tensor, a number, or nested lists of numbers',
  b: 'the second operand: a tensor, a number, or nested lists of numbers',
  y: 'the second operand: a tensor, a number, or nested lists of numbers',
  axis: 'the axis, or a list of axes where the operation takes several; −1 is the last',
  axes: 'the axes; negative ones count from the end',
  axis1: 'the first of two axes; −1 is the last',
  axis2: 'the second of two axes; −1 is the last',
  keepdims: 'whether reduced axes stay, with length 1. Default false',
  dtype: 'dtype of the result',
  shape: 'a list of lengths',
  inputs: 'tensors of the shapes that the operation describes',
  images: 'images: [height, width, channels], or [batch, height, width, channels]',
  tensors: 'a list of tensors',
  indices: 'whole numbers: positions along the axis',
  bias: 'the bias, a number for each output channel, or null for none',
  kernel: 'the kernel',
  f: 'a function of tensors',
  xs: 'a tensor, or lists and plain objects of tensors, whose first axes have one length',
  elements: 'a tensor, or lists and plain objects of tensors, whose first axes have one length',
  size: 'height and width of the result',
  alpha: 'how far the result goes below 0: to −alpha. Default 1',
  parts: 'the number of equal parts, or the positions where x is cut',
  offset: 'which diagonal: 0 is the main one, positive ones lie above it. Default 0',
  upper: 'whether the factor is upper triangular. Default false: lower triangular',
  count: 'the number of numbers. Default 50',
  classes: 'the number of classes',
  output: 'probabilities or logits, with the classes along `axis`',
  fromLogits: 'whether the output is logits. Default false',
  data: 'the rows: a tensor of at least one axis',
  ids: 'the segment of each row, whole numbers from 0; rows of negative ones are dropped',
  length: 'the number of elements, at least 0',
  numSegments: 'the number of segments. Default: one more than the largest id',
  sequences: 'a tensor of sequences, time along its last axis but one',
};

const PREPROCESSING = {
  vocabulary: 'the terms in the order of their indices',
  line: 'the text of a line of a file',
  location: 'which line of the file it is, for messages',
  a: 'a term',
  b: 'another term',
  owner: 'what asks for the terms, for messages',
  data: 'samples; `adapt` takes all at once, or an (async) iterable of batches',
};

/** By the beginning of the path of the declarations below src/. */
export const PARAMETERS = [
  ['engine/ops/', OPERATIONS],
  ['nn/layers/core/symbolic-methods', OPERATIONS],
  ['nn/layers/preprocessing/', PREPROCESSING],
  ['nn/', { yTrue: 'targets: what the predictions should be', yPred: 'predictions of a model' }],
  ['extras/flower/identity', { key: 'a key pair, as `generateKey` or `importKey` gives it' }],
  [
    'extras/utils/tokenizer',
    {
      texts: 'texts, each a string or a list of its words',
      sequences: 'lists of indices, one for each text',
    },
  ],
  ['extras/utils/feature-space/', { numBins: 'number of bins' }],
];

/** What a parameter is where neither the function nor its type says it. */
export const ANYWHERE = {
  options: 'options, each with a text of its own',
  config: 'a config, as `getConfig` gives it',
  identifier: 'a name, an object, a function or a config, as options take them',
  transformation: 'what `getRandomTransformation` has drawn',
  types: 'classes, each with a `className` of its own',
  batch: 'the number of the batch, from 0',
  epoch: 'the number of the epoch, from 0',
};
