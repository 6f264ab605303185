// SPDX-License-Identifier: Apache-2.0
// The steps of a test that build on each other.

/** Runs parts of the test `t`, and gives up at the first that fails: waiting for what cannot come any more helps nobody. */
export const steps = (t) => async (name, run) => {
  let failed = false;
  await t.test(name, async () => {
    try {
      await run();
    } catch (error) {
      failed = true;
      throw error;
    }
  });
  if (failed) throw new Error(`the steps after "${name}" were left out`);
};
