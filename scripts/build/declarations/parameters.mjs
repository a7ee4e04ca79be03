// What parameters of these names are, wherever a function does not say it itself.
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
  size: 'height and width of the result',
  k: 'how many, or which',
  numSegments: 'the number of segments. Default: one more than the largest id',
  sequences: 'a tensor of sequences, time along its last axis but one',
};

/** By the beginning of the path of the declarations below src/. */
export const PARAMETERS = [
  ['engine/ops/', OPERATIONS],
  ['nn/layers/core/symbolic-methods', OPERATIONS],
];

/** What a parameter is where neither the function nor its type says it. */
export const ANYWHERE = {
  options: 'options, each with a text of its own',
  config: 'a config, as `getConfig` gives it',
  batch: 'the number of the batch, from 0',
  epoch: 'the number of the epoch, from 0',
};
