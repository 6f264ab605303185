// SPDX-License-Identifier: Apache-2.0
// A small disk of its own for a node: an ext4 file system in a file.

import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const run = (program, ...args) => execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
const MIB = 1 << 20;

/** Whether disks can be made here. */
export function canMakeDisks() {
  try {
    run('mkfs.ext4', '-V');
    run('losetup', '-f');
    return true;
  } catch {
    return false;
  }
}

/** Puts what is in `folder` on a disk of `mebibytes`, mounted there. It goes away when the process ends. */
export function makeDisk(folder, mebibytes) {
  const image = `${folder}.ext4`;
  const file = openSync(image, 'w');
  ftruncateSync(file, mebibytes * MIB);
  closeSync(file);
  // Nothing is kept back for root, who runs the test.
  run('mkfs.ext4', '-q', '-m', '0', image);
  renameSync(folder, `${folder}.before`);
  mkdirSync(folder);
  run('mount', '-o', 'loop', image, folder);
  for (const entry of readdirSync(`${folder}.before`)) run('cp', '-a', join(`${folder}.before`, entry), folder);
  rmSync(`${folder}.before`, { recursive: true });
  const filler = join(folder, 'filler');
  const remove = () => {
    try {
      run('umount', '-l', folder);
    } catch {
      // Removed already.
    }
    rmSync(image, { force: true });
  };
  process.on('exit', remove);
  const disk = {
    /** Mebibytes that are free. */
    free() {
      const { bavail, bsize } = statfsSync(folder);
      return Math.floor((bavail * bsize) / MIB);
    },
    /** Leaves `mebibytes` free; the last byte too when it is 0. */
    fill(mebibytes) {
      const file = openSync(filler, 'a');
      const chunk = Buffer.alloc(mebibytes === 0 ? 4096 : MIB);
      try {
        while (mebibytes === 0 || disk.free() > mebibytes) writeSync(file, chunk);
      } catch (error) {
        if (error.code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    /** Takes the filling away. */
    empty: () => rmSync(filler, { force: true }),
    remove,
  };
  return disk;
}
