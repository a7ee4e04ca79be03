// What `npm run check` looks at: the files that have changed.
import { execFileSync } from 'node:child_process';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { changedFiles } from '../../scripts/check/changed-files.mjs';
import { temporaryFolder } from './locations/temporary-folder.js';

let folder = '';

function git(...args: readonly string[]): void {
  const author = [
    '-c',
    'user.name=A',
    '-c',
    'user.email=a@b.invalid',
    '-c',
    'commit.gpgsign=false',
  ];
  execFileSync('git', [...author, ...args], { cwd: folder, stdio: 'ignore' });
}

async function commit(...names: readonly string[]): Promise<void> {
  for (const name of names) await writeFile(join(folder, name), '');
  git('add', '.');
  git('commit', '-m', names.join());
}

beforeEach(async () => {
  folder = await temporaryFolder();
  git('init', '--initial-branch=main');
  await commit('first.ts', 'readme.md');
});

describe('the files that have changed', () => {
  it('are those that differ from the last commit, new and deleted ones too', async () => {
    await commit('second.ts');
    await appendFile(join(folder, 'first.ts'), '1;');
    await writeFile(join(folder, 'new.mjs'), '');
    await rm(join(folder, 'second.ts'));
    expect(changedFiles(folder)).toEqual(['first.ts', 'second.ts', 'new.mjs']);
  });

  it('are those of the last commit if none differs from it', async () => {
    expect(changedFiles(folder)).toEqual(['first.ts', 'readme.md']);
    await commit('second.ts');
    expect(changedFiles(folder)).toEqual(['second.ts']);
  });

  it('are those that a merge has brought', async () => {
    git('checkout', '-b', 'branch');
    await commit('third.ts');
    await commit('fourth.js');
    git('checkout', 'main');
    await commit('own.ts');
    git('merge', '--no-ff', 'branch');
    expect(changedFiles(folder)).toEqual(['fourth.js', 'third.ts']);
  });
});
