// Why node tests of ONNX do not pass: a table of docs/coverage.md is made of it.

/** Node tests whose names match, and why they do not pass. */
export const REASONS: readonly { readonly names: RegExp; readonly reason: string }[] = [];
