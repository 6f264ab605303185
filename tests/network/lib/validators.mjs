// SPDX-License-Identifier: Apache-2.0
// Validators of the rehearsal network (`--chain staging`), one on each host.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { COMPILED, NODE_BIN, start, temporaryFolder, until } from '../../e2e/lib/node.mjs';
import { heights, rpc } from './checker.mjs';

const RPC_PORT = 9944;

/** The session keys of a machine: scheme and type. */
const SESSION_KEYS = [['sr25519', 'babe'], ['ed25519', 'gran'], ['sr25519', 'imon'], ['sr25519', 'audi']];

/** Where the keys of the rehearsal's validator `i` come from. */
export const REHEARSAL = (i) => `//dsla//rehearsal//${i + 1}`;

/** The secret of a host's node on the network, and the address under which others find it. */
export function peerOf(host) {
  const nodeKey = `${host.index + 1}`.padStart(64, '0');
  const id = execFileSync(NODE_BIN, ['key', 'inspect-node-key'], { input: nodeKey, stdio: ['pipe', 'pipe', 'ignore'] }).toString().trim();
  return { nodeKey, address: `/ip4/${host.address}/tcp/30333/p2p/${id}` };
}

/**
 * Starts one validator on each of `hosts`, with the keys `//dsla//rehearsal//1` and so on; `how` gives the options of the
 * first `launch` of each. Where `suri` gives nothing, the machine has no keys yet.
 */
export async function startValidators(hosts, chain, suri = REHEARSAL, how = () => ({})) {
  const folder = temporaryFolder('network');
  // The genesis is computed once, and not by every node.
  const raw = join(folder, 'raw.json');
  execFileSync(NODE_BIN, ['export-chain-spec', '--chain', chain, '--raw', '--output', raw], { stdio: 'ignore' });
  const validators = hosts.map((host) => {
    const base = join(folder, `${host.index + 1}`);
    const common = ['--base-path', base, '--chain', raw];
    const secret = suri(host.index);
    for (const [scheme, type] of secret ? SESSION_KEYS : []) {
      execFileSync(NODE_BIN, ['key', 'insert', ...common, '--scheme', scheme, '--key-type', type, '--suri', secret]);
    }
    return { host, base, common, ...peerOf(host), url: `ws://${host.address}:${RPC_PORT}` };
  });
  for (const validator of validators) {
    const others = validators.filter((other) => other !== validator).map(({ address }) => address);
    /**
     * Starts the process (again): behind the program `before`, with further options. An `open` one finds its peers as on a
     * public network; the others talk to the validators only, and to what `args` says. One that `compiles` its runtime needs
     * as long as a real one to be back.
     */
    validator.launch = ({ before = [], args = [], open = false, compiles = false } = {}) => {
      const peers = open ? ['--bootnodes', ...others] : ['--reserved-only', ...others.flatMap((address) => ['--reserved-nodes', address])];
      validator.process = start(`validator ${validator.host.index + 1}`, 'ip', [
        'netns', 'exec', validator.host.namespace, ...before, NODE_BIN, ...validator.common, '--validator', '--node-key', validator.nodeKey,
        '--port', '30333', '--rpc-port', String(RPC_PORT), '--unsafe-rpc-external', '--rpc-methods', 'unsafe', '--rpc-cors', 'all', '--no-mdns', '--no-telemetry',
        '--no-prometheus', '--allow-private-ip', ...(compiles ? [] : COMPILED), ...peers, ...args,
      ]);
    };
    validator.launch(how(validator));
  }
  try {
    await until('all validators to answer', 180, async () => {
      const dead = validators.find(({ process }) => !process.alive());
      if (dead) throw new Error(`${dead.process.name} ended:\n${dead.process.tail()}`);
      return (await Promise.all(validators.map(({ url }) => heights(url)))).every(Boolean);
    });
  } catch (error) {
    // Nobody else knows them yet, and a test does not end while they run.
    await Promise.all(validators.map(({ process }) => process.stop()));
    throw error;
  }
  return validators;
}

/** How many peers a node has. */
export const peers = async (url) => (await rpc(url, 'system_health')).peers;
