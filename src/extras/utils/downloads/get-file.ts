import type { GetFileOptions } from './get-file-options.js';

/**
 * Downloads a file, unless it is in the cache of downloads already, and gives its path. An archive is extracted. Keras:
 * `get_file`.
 *
 * What is at the path is always whole: a file is verified and written as a whole before it has its name, and a folder that was
 * not there appears with all files of the archive. Into a folder that is there already, an archive that was downloaded again is
 * extracted file by file. Links in a tar archive are left out, with a warning. The file is held in memory while it arrives.
 *
 * It is for Node, Deno and Bun. A browser has no folders: give the URL itself to what reads the file there.
 *
 * @param origin the URL of the file, http or https
 * @returns the path of the file, or of the folder with what the archive holds
 * @throws DatasetError for a file that cannot be downloaded or has another check sum; FormatError for an archive that is damaged,
 * of another format, larger than `maxBytes` or with names that lead out of its folder; ValueError for options that make no sense,
 * for a folder that cannot be written, and in a browser.
 * @example
 * const path = await utils.getFile('https://example.com/housing.csv');
 * const { x } = await data.readCsv(path);
 */
export async function getFile(origin: string | URL, options: GetFileOptions = {}): Promise<string> {
  const { keepFile } = await import('./keep-file.js');
  return keepFile(origin, options);
}
