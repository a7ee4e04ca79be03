// What of ONNX is not there, with reasons: the tables in docs/coverage.md. `test/oracles/onnx/node-tests.ts` compares them with what
// ONNX's own tests find.

/** Operators of ONNX that are missing, and why. */
export const MISSING: readonly { readonly operators: readonly string[]; readonly reason: string }[] = [
  {
    operators: ['RegexFullMatch', 'StringConcat', 'StringNormalizer', 'StringSplit', 'TfIdfVectorizer'],
    reason: 'they read texts, or count sequences of words, before a network begins: prepare inputs in the program',
  },
  {
    operators: [
      'ConcatFromSequence', 'Optional', 'OptionalGetElement', 'OptionalHasElement', 'SequenceAt', 'SequenceConstruct',
      'SequenceEmpty', 'SequenceErase', 'SequenceInsert', 'SequenceLength', 'SequenceMap', 'SplitToSequence',
    ],
    reason: 'their values are lists of tensors, or may be missing; a model has tensors between its layers',
  },
  {
    operators: ['ImageDecoder'],
    reason: 'pictures are decoded by `utils.loadImg`, which may have to load a decoder first; a model computes at once',
  },
  {
    operators: ['LinearAttention'],
    reason: 'a new operator (version 27) that no exporter writes yet; files that spell it out by `Scan` run',
  },
  { operators: ['MaxRoiPool'], reason: 'exporters write `RoiAlign`, which took its place' },
];

/** Patterns of names of node tests, and why those tests do not pass. */
export const REASONS: readonly { readonly names: RegExp; readonly reason: string }[] = [
  { names: /^test_image_decoder/, reason: 'missing operator: ImageDecoder' },
  { names: /^test_linear_attention/, reason: 'missing operator: LinearAttention' },
  { names: /^test_tfidfvectorizer/, reason: 'missing operator: TfIdfVectorizer' },
  { names: /^test_optional/, reason: 'values that may be missing, or are lists of tensors' },
  { names: /^test_roialign_mode_max/, reason: 'RoiAlign with the mode `max`, in which runtimes differ; no exporter writes it' },
  {
    names: /^test_dft(_axis|_rfft)?(_opset19)?$/,
    reason: 'sums that are 0: the test allows for a difference of 1e-7, and float32 rounds numbers of this size by 2e-6',
  },
  { names: /^test_(training_dropout|bernoulli)/, reason: 'random numbers, which each runtime draws differently' },
  { names: /^test_not_[234]d/, reason: 'version 1 of the operators; 7 to 28 are read' },
];
