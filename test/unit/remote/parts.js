// A module that a worker imports: a loss and metric by a function.
export function doubledError(yTrue, yPred) {
  return yPred.sub(yTrue).square().mean(-1).mul(2);
}

export function firstWord(text) {
  return text.split(' ')[0];
}
