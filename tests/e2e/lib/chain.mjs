// SPDX-License-Identifier: Apache-2.0
// The chain as a polkadot.js user sees it.

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';

export const DSLA = 10n ** 18n;
const keyring = new Keyring({ type: 'sr25519' });

/** The well-known development account `//name`, or a fresh one below it. */
export const account = (path) => keyring.addFromUri(path.startsWith('//') ? path : `//${path}`);

/** The address of a public key. */
export const addressOf = (publicKey) => keyring.encodeAddress(publicKey);

/** A refusal by the chain; `name` is `Pallet.Error`, as polkadot.js Apps shows it. */
export class ChainError extends Error {
  constructor(name, docs) {
    super(`${name}: ${docs}`);
    this.name = name;
  }
}

/** `once`: gives up when the node is not there, and does not connect again when it goes away. */
export async function connect(url, { once = false } = {}) {
  const provider = new WsProvider(url, once ? false : 500);
  if (once) await provider.connect();
  return ApiPromise.create({
    provider,
    noInitWarn: true,
    throwOnConnect: once,
    // The dev_ namespace of nodes that seal by hand.
    rpc: {
      dev: {
        advanceTime: { description: 'Moves the clock', params: [{ name: 'ms', type: 'u64' }], type: 'u64' },
      },
      dsla: {
        claimable: {
          description: 'What an account can claim',
          params: [{ name: 'agreement', type: 'u64' }, { name: 'who', type: 'AccountId' }],
          type: 'Json',
        },
        agreement: { description: 'An agreement', params: [{ name: 'id', type: 'u64' }], type: 'Json' },
        slaLog: {
          description: 'The SLA log',
          params: [{ name: 'agreement', type: 'u64' }, { name: 'from', type: 'u32' }, { name: 'limit', type: 'u32' }],
          type: 'Json',
        },
      },
    },
  });
}

function nameOf(api, dispatchError) {
  if (!dispatchError.isModule) return new ChainError(dispatchError.toString(), '');
  const { section, name, docs } = api.registry.findMetaError(dispatchError.asModule);
  return new ChainError(`${section}.${name}`, docs.join(' '));
}

/**
 * Signs, submits and waits for the block. Returns its events in readable form; throws a `ChainError` with the name of
 * the error when the call failed.
 */
export function submit(api, signer, tx, { finalized = false } = {}) {
  return new Promise((resolve, reject) => {
    let unsubscribe = () => {};
    const done = (settle, value) => {
      unsubscribe();
      settle(value);
    };
    tx.signAndSend(signer, { nonce: -1 }, ({ status, events, dispatchError, txHash }) => {
      if (status.isInvalid || status.isDropped || status.isUsurped) {
        return done(reject, new Error(`the pool refused the transaction: ${status.type}`));
      }
      // A chain that finalizes at once reports only that.
      if (!(status.isFinalized || (status.isInBlock && !finalized))) return undefined;
      if (dispatchError) return done(reject, nameOf(api, dispatchError));
      const block = (status.isFinalized ? status.asFinalized : status.asInBlock).toHex();
      return done(resolve, { block, hash: txHash.toHex(), events: events.map(({ event }) => readable(event)) });
    }).then((stop) => {
      unsubscribe = stop;
    }, reject);
  });
}

/** An event as `{ name: 'pallet.Event', data: {...} }`, every field decoded. */
export function readable(event) {
  const data = {};
  event.data.names?.forEach((field, i) => {
    data[field] = event.data[i].toJSON();
  });
  return { name: `${event.section}.${event.method}`, data: event.data.names ? data : event.data.toJSON() };
}

/** The data of the one event called `name`; throws when there is none. */
export function eventOf(result, name) {
  const found = result.events.find((event) => event.name === name);
  if (!found) throw new Error(`no event ${name} among ${result.events.map((event) => event.name).join(', ')}`);
  return found.data;
}

/** Everything an account owns, in plancks. */
export async function balanceOf(api, address) {
  const { data } = await api.query.system.account(address);
  return data.free.toBigInt() + data.reserved.toBigInt();
}

/** Every account of the chain with all that it owns, and the total issuance, at one block. */
export async function allBalances(api) {
  const at = await api.at(await api.rpc.chain.getBlockHash());
  const entries = await at.query.system.account.entries();
  const balances = new Map(
    entries.map(([key, { data }]) => [key.args[0].toString(), data.free.toBigInt() + data.reserved.toBigInt()]),
  );
  return { balances, issuance: (await at.query.balances.totalIssuance()).toBigInt() };
}

/** Plancks as DSLA with four digits, rounded towards zero. */
export function format(plancks, digits = 4) {
  const sign = plancks < 0n ? '-' : '';
  const size = plancks < 0n ? -plancks : plancks;
  const fraction = (size % DSLA).toString().padStart(18, '0').slice(0, digits);
  return `${sign}${(size / DSLA).toLocaleString('en')}.${fraction}`;
}
