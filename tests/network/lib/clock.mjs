// SPDX-License-Identifier: Apache-2.0
// A clock of its own for a process, with libfaketime. Only the time of day is moved; timers run as ever.

import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The library for programs with threads, wherever Debian put it; `undefined` when the package `faketime` is missing. */
function library() {
  return readdirSync('/usr/lib')
    .map((folder) => join('/usr/lib', folder, 'faketime/libfaketimeMT.so.1'))
    .find(existsSync);
}

/** Whether clocks can be moved here. */
export const canMoveClocks = () => library() !== undefined;

/** A clock kept in a file of `folder`; `set` moves it within a second, also under a process that runs. */
export function makeClock(folder, name) {
  const file = join(folder, `${name}.clock`);
  const clock = {
    /** The clock is `seconds` ahead of the real one. */
    set(seconds) {
      writeFileSync(file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
    },
    /** What to put before a program that shall have this clock. */
    before: [
      'env', `LD_PRELOAD=${library()}`, `FAKETIME_TIMESTAMP_FILE=${file}`, 'FAKETIME_CACHE_DURATION=1', 'FAKETIME_DONT_FAKE_MONOTONIC=1',
    ],
  };
  clock.set(0);
  return clock;
}
