// Why node tests of ONNX do not pass. docs/coverage.md has the table.

/** Operators that are not there. */
const MISSING =
  /^test_(affine_grid|bitcast|causal_conv_with_state|.*deform_conv|dft|gridsample|image_decoder|linear_attention|maxunpool|melweightmatrix|nonmaxsuppression|roialign|stft|tensorscatter|tfidfvectorizer)/;

/** Node tests whose names match, and why they do not pass. */
export const REASONS: readonly { readonly names: RegExp; readonly reason: string }[] = [
  {
    names: MISSING,
    reason:
      'operators that are not there: AffineGrid, BitCast, CausalConvWithState, DeformConv, DFT, GridSample, ImageDecoder, ' +
      'LinearAttention, MaxUnpool, MelWeightMatrix, NonMaxSuppression, RoiAlign, STFT, TensorScatter, TfIdfVectorizer',
  },
  { names: /^test_maxpool_with_argmax/, reason: 'MaxPool with its second output, the places of the largest numbers' },
  { names: /^test_optional/, reason: 'values that may be missing, or are lists of tensors' },
  { names: /^test_(training_dropout|bernoulli)/, reason: 'random numbers, which each runtime draws in its own way' },
  { names: /^test_not_[234]d/, reason: 'version 1 of the operators; 7 to 28 are read' },
  { names: /^test_attention.*_window/, reason: 'Attention with windows of positions' },
];
