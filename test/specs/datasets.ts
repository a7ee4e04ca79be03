// A row for each data set: options that load it without a network, or that are refused at once where it is downloaded.

interface DatasetSpec {
  readonly options: object;
  /** What it holds; undefined for one that is downloaded. */
  readonly classes?: number;
}

const downloaded: DatasetSpec = { options: { directory: 'no such folder', offline: true } };

export const datasetSpecs: Readonly<Record<string, DatasetSpec>> = {
  breastCancer: { options: {}, classes: 2 },
  digits: { options: {}, classes: 10 },
  fashionMnist: downloaded,
  iris: { options: {}, classes: 3 },
  mnist: downloaded,
};
