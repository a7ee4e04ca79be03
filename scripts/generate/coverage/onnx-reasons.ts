// Node tests of ONNX that do not pass, with reasons: the table in docs/coverage.md.

/** Missing operators. */
const MISSING =
  /^test_(affine_grid|bitcast|causal_conv_with_state|.*deform_conv|dft|gridsample|image_decoder|linear_attention|maxunpool|melweightmatrix|nonmaxsuppression|roialign|stft|tensorscatter|tfidfvectorizer)/;

/** Patterns of names of node tests, and why those tests do not pass. */
export const REASONS: readonly { readonly names: RegExp; readonly reason: string }[] = [
  {
    names: MISSING,
    reason:
      'missing operators: AffineGrid, BitCast, CausalConvWithState, DeformConv, DFT, GridSample, ImageDecoder, ' +
      'LinearAttention, MaxUnpool, MelWeightMatrix, NonMaxSuppression, RoiAlign, STFT, TensorScatter, TfIdfVectorizer',
  },
  { names: /^test_maxpool_with_argmax/, reason: 'MaxPool with its second output, the positions of the largest numbers' },
  { names: /^test_optional/, reason: 'values that may be missing, or are lists of tensors' },
  { names: /^test_(training_dropout|bernoulli)/, reason: 'random numbers, which each runtime draws differently' },
  { names: /^test_not_[234]d/, reason: 'version 1 of the operators; 7 to 28 are read' },
  { names: /^test_attention.*_window/, reason: 'Attention with windows of positions' },
];
