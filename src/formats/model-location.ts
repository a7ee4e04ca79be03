import { ValueError } from '../errors.js';

/** Throws for the name of a file in another format. */
export function checkModelLocation(owner: string, location: string): void {
  const [extension] = /\.(h5|hdf5|safetensors|npz)$/i.exec(location.replace(/[?#].*$/s, '')) ?? [];
  if (extension === undefined) return;
  const isWeights = /safetensors|npz/i.test(extension);
  throw new ValueError(
    `${owner}: '${location}' ends in ${extension}, which is not supported for models; supported are .keras and the ` +
      `layers-model of TensorFlow.js, a folder with model.json.` +
      (isWeights ? ' For weights alone use saveWeights and loadWeights.' : ''),
  );
}
