import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * The sources that differ from the last commit, new ones too; if there are none, those that this commit has changed. A merge
 * has changed what it brings to the branch that it stands on.
 *
 * @param {string} root the folder of the clone
 */
export function changedSources(root) {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\n');
  const isSource = (file) => /\.(ts|mjs|js)$/.test(file) && existsSync(path.join(root, file));
  const changed = [
    ...git('diff', '--name-only', 'HEAD'),
    ...git('ls-files', '--others', '--exclude-standard'),
  ].filter(isSource);
  return changed.length > 0
    ? changed
    : git('show', '-m', '--first-parent', '--name-only', '--format=', 'HEAD').filter(isSource);
}
