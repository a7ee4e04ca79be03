// A row for each data set: options that load it without a network, or that are refused at once if it has to be downloaded.

interface Options {
  readonly options: object;
}
type DatasetSpec = Options &
  ({ readonly classes: number } | { readonly classes?: undefined; readonly isDownloaded: true });

const downloaded: DatasetSpec = {
  options: { directory: 'no such folder', offline: true },
  isDownloaded: true,
};

export const datasetSpecs: Readonly<Record<string, DatasetSpec>> = {
  bostonHousing: downloaded,
  breastCancer: { options: {}, classes: 2 },
  californiaHousing: downloaded,
  cifar10: downloaded,
  cifar100: downloaded,
  digits: { options: {}, classes: 10 },
  fashionMnist: downloaded,
  imdb: downloaded,
  iris: { options: {}, classes: 3 },
  mnist: downloaded,
  reuters: downloaded,
};
