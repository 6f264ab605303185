// SPDX-License-Identifier: Apache-2.0
// Terms of an agreement as the extrinsics take them.

import { blake2AsHex } from '@polkadot/util-crypto';
import { DSLA } from './chain.mjs';

/** 1 % as parts of a Perbill. */
export const PERCENT = 10_000_000;
/** An indicator value as FixedU128, from a decimal text such as '99.9'. */
export function fixed(text) {
  const [whole, fraction = ''] = String(text).split('.');
  return BigInt(whole) * DSLA + BigInt(fraction.padEnd(18, '0').slice(0, 18));
}

export const document = (text) => ({ hash: blake2AsHex(text), uri: 'https://example.org/terms' });

/** Availability in percent, at least 99.9, with the usual table of credits. */
export const availability = () => ({
  source: { Reported: { unit: 'percent' } },
  comparator: 'GreaterOrEqual',
  target: fixed('99.9'),
  weight: 100 * PERCENT,
  credit: {
    Tiers: [
      { threshold: fixed('99.9'), credit: 10 * PERCENT },
      { threshold: fixed('99'), credit: 30 * PERCENT },
      { threshold: fixed('95'), credit: 100 * PERCENT },
    ],
  },
  bonuses: [],
  bounds: { min: fixed(0), max: fixed(100) },
  // Reporters that look at different seconds of a short period see different shares of it.
  tolerance: fixed(20),
});

/** Terms with one availability objective; `changes` are merged into the parts. */
export function terms({ start, committee, period = { Custom: 60_000 }, periods = 2, pricing = {}, oracle = {}, objectives }) {
  return {
    schedule: { start, period, periods },
    objectives: objectives ?? [availability()],
    pricing: {
      unitPrice: 10n * DSLA,
      coverPerUnit: 20n * DSLA,
      creditCap: 100 * PERCENT,
      atRisk: 50 * PERCENT,
      maxBonus: 0,
      premiumShare: 0,
      teamReward: 5n * DSLA,
      noDataPay: 50 * PERCENT,
      ...pricing,
    },
    oracle: {
      // The chain wants the committee sorted by account id, so that there is one way only to write it.
      committee: [...committee].sort((a, b) => Buffer.compare(a.publicKey, b.publicKey)).map(({ address }) => address),
      quorum: Math.floor((committee.length - 1) / 3) * 2 + 1,
      reportWindow: 24_000,
      revealWindow: null,
      challengeWindow: 18_000,
      ...oracle,
    },
    access: 'Open',
    maintenance: { quota: 0, notice: 0 },
    noticePeriods: null,
    document: document('terms of the demo'),
  };
}
