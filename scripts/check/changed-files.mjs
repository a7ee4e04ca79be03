import { execFileSync } from 'node:child_process';

/**
 * The files that differ from the last commit, new and deleted ones too; if there are none, those that this commit has changed. A
 * merge has changed what it brings to the branch that it stands on.
 *
 * @param {string} root the folder of the clone
 */
export function changedFiles(root) {
  const git = (...args) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
  const changed = [
    ...git('diff', '--name-only', 'HEAD'),
    ...git('ls-files', '--others', '--exclude-standard'),
  ];
  return changed.length > 0
    ? changed
    : git('show', '-m', '--first-parent', '--name-only', '--format=', 'HEAD');
}
