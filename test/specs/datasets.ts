// A row for each data set: options that load it without a network, or that are refused at once where it is downloaded.

type DatasetSpec =
  | { readonly options: object; readonly classes: number }
  | { readonly options: { readonly offline: true }; readonly classes?: undefined };

const downloaded = { options: { directory: 'no such folder', offline: true } } as const;

export const datasetSpecs: Readonly<Record<string, DatasetSpec>> = {
  breastCancer: { options: {}, classes: 2 },
  digits: { options: {}, classes: 10 },
  fashionMnist: downloaded,
  iris: { options: {}, classes: 3 },
  mnist: downloaded,
};
