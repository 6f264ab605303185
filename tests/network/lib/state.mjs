// SPDX-License-Identifier: Apache-2.0
// What a node says about one block: its whole state, its author, its epoch.

import { createHash } from 'node:crypto';
import { rpc } from './checker.mjs';

const PAGE = 500;

/**
 * Every key and value of the state at block `hash`, read from the node's database: how many, and one hash over all.
 * The state root in the header would only show what the header says, which a node has before it has the state.
 */
export async function stateOf(url, hash) {
  const { stateRoot } = await rpc(url, 'chain_getHeader', hash);
  const digest = createHash('sha256');
  let entries = 0;
  for (let last = null; ;) {
    const keys = await rpc(url, 'state_getKeysPaged', '0x', PAGE, last, hash);
    if (keys.length === 0) break;
    const [{ changes }] = await rpc(url, 'state_queryStorageAt', keys, hash);
    for (const [key, value] of changes) digest.update(`${key}=${value}\n`);
    entries += changes.length;
    last = keys.at(-1);
  }
  return { stateRoot, entries, digest: digest.digest('hex') };
}

/** What the BABE digest of a header says: the index of the authority that made the block, and its slot. */
export function seal({ digest }) {
  const BABE = '0x0642414245';
  const item = digest.logs.find((log) => log.startsWith(BABE));
  if (!item) throw new Error('a block without a BABE digest');
  // Kind of item and engine (5 bytes), a compact length (1 or 2 bytes), the kind of slot, the index in 4 bytes, the slot in 8.
  const bytes = Buffer.from(item.slice(2), 'hex');
  const start = 5 + ((bytes[5] & 3) === 0 ? 1 : 2);
  return { author: bytes.readUInt32LE(start + 1), slot: Number(bytes.readBigUInt64LE(start + 5)) };
}

/** How many slots between the blocks at two heights had no block, as this node knows the chain. */
export async function missedSlots(url, from, to) {
  const slotAt = async (height) => seal(await rpc(url, 'chain_getHeader', await rpc(url, 'chain_getBlockHash', height))).slot;
  return (await slotAt(to)) - (await slotAt(from)) - (to - from);
}

/** Where those slots were, for people: `7 (2)` says that two slots passed before block 7. */
export async function gaps(url, from, to) {
  const found = [];
  for (let height = from + 1; height <= to; height += 1) {
    const missed = await missedSlots(url, height - 1, height);
    if (missed > 0) found.push(`${height} (${missed})`);
  }
  return found.join(', ');
}

/** Heights of the blocks from `from` to `to` that each authority made, as this node knows them. */
export async function authors(url, from, to) {
  const made = new Map();
  for (let height = from; height <= to; height += 1) {
    const { author } = seal(await rpc(url, 'chain_getHeader', await rpc(url, 'chain_getBlockHash', height)));
    made.set(author, [...(made.get(author) ?? []), height]);
  }
  return made;
}

/** The BABE keys of the authorities, in hex and in their order. */
export async function authorities(url, at) {
  const answer = Buffer.from((await rpc(url, 'state_call', 'BabeApi_configuration', '0x', at ?? null)).slice(2), 'hex');
  // Slot duration, epoch length and probability (32 bytes); a compact count below 64; then keys with weights.
  return Array.from({ length: answer[32] >> 2 }, (_, i) => answer.subarray(33 + 40 * i, 65 + 40 * i).toString('hex'));
}

/** Position of a BABE key among the authorities of the chain. */
export async function authorityIndex(url, publicKey) {
  const index = (await authorities(url)).indexOf(Buffer.from(publicKey).toString('hex'));
  if (index < 0) throw new Error('this key is no authority');
  return index;
}

/** Milliseconds of a slot, slots of an epoch, and the index of the epoch the best block is in. */
export async function epochOf(url) {
  const call = async (name) => Buffer.from((await rpc(url, 'state_call', name, '0x')).slice(2), 'hex');
  const configuration = await call('BabeApi_configuration');
  const epoch = await call('BabeApi_current_epoch');
  return {
    slotMs: Number(configuration.readBigUInt64LE(0)),
    slots: Number(configuration.readBigUInt64LE(8)),
    index: Number(epoch.readBigUInt64LE(0)),
  };
}
