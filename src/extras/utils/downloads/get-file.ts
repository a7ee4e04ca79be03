import type { GetFileOptions } from './get-file-options.js';

/**
 * Downloads a file, unless it is already in the download cache, and returns its path. With `extract`, extracts an archive. Keras:
 * `get_file`.
 *
 * The result is always complete: a file is verified and written completely before it gets its name, and a new folder appears with
 * all files of the archive. If the folder exists already, an archive that is downloaded again is extracted into it file by file.
 * Links in a tar archive are skipped with a warning. The file is kept in memory while it arrives.
 *
 * Works in Node, Deno and Bun. A browser has no folders: there, give the URL directly to the function that reads the file.
 *
 * @param origin the URL of the file, http or https
 * @returns the path of the file, or of the folder with the contents of the archive
 * @throws DatasetError for a file that cannot be downloaded or whose checksum is wrong; FormatError for an archive that is
 * damaged, of a different format, larger than `maxBytes` or with names that lead outside its folder; ValueError for invalid
 * options, for a folder that is not writable, and in a browser.
 * @example
 * const path = await utils.getFile('https://example.com/housing.csv');
 * const { x } = await data.readCsv(path);
 */
export async function getFile(origin: string | URL, options: GetFileOptions = {}): Promise<string> {
  const { keepFile } = await import('./keep-file.js');
  return keepFile(origin, options);
}
