// SPDX-License-Identifier: Apache-2.0
// Hosts of a test network: each node in a network namespace of its own, all on one bridge, so that links can be cut.
// Needs root, `ip` and `nft`. Everything made here is removed when the process ends.

import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sleep } from '../../e2e/lib/node.mjs';

/** What operators set, too. */
const SYSCTL = fileURLToPath(new URL('../../../ops/sysctl/60-dsla-node.conf', import.meta.url));

// With another number, a second test can run at the same time.
const NUMBER = Number(process.env.DSLA_HOSTS ?? 0);
const PREFIX = NUMBER === 0 ? 'dsla' : `dsla${NUMBER}`;
const BRIDGE = `${PREFIX}-br`;
const NET = `10.77.${NUMBER}`;

const run = (program, ...args) => execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString();
const quietly = (program, ...args) => {
  try {
    run(program, ...args);
  } catch {
    // Nothing to remove.
  }
};

/** Whether this process may make hosts. */
export function canMakeHosts() {
  try {
    run('ip', 'netns', 'add', `${PREFIX}-probe`);
    run('ip', 'netns', 'exec', `${PREFIX}-probe`, 'nft', 'list', 'ruleset');
    return true;
  } catch {
    return false;
  } finally {
    quietly('ip', 'netns', 'del', `${PREFIX}-probe`);
  }
}

/** Makes `count` hosts that reach each other and this process. */
export function makeHosts(count) {
  const hosts = Array.from({ length: count }, (_, i) => ({
    index: i,
    namespace: `${PREFIX}-${i + 1}`,
    address: `${NET}.${i + 1}`,
    /** Runs a program there, as `spawn` does. */
    spawn: (program, args, options) => spawn('ip', ['netns', 'exec', `${PREFIX}-${i + 1}`, program, ...args], options),
  }));
  const remove = () => {
    hosts.forEach(({ index, namespace }) => {
      // A namespace lives on while a process of a run that was killed is in it, and with it the name of its link.
      quietly('ip', 'link', 'del', `${PREFIX}-o${index + 1}`);
      quietly('ip', 'netns', 'del', namespace);
    });
    quietly('ip', 'link', 'del', BRIDGE);
  };
  remove();
  process.on('exit', remove);
  run('ip', 'link', 'add', BRIDGE, 'type', 'bridge');
  run('ip', 'addr', 'add', `${NET}.254/24`, 'dev', BRIDGE);
  run('ip', 'link', 'set', BRIDGE, 'up');
  for (const { index, namespace, address } of hosts) {
    const [outside, inside] = [`${PREFIX}-o${index + 1}`, `${PREFIX}-i${index + 1}`];
    run('ip', 'netns', 'add', namespace);
    run('ip', 'link', 'add', outside, 'type', 'veth', 'peer', 'name', inside);
    run('ip', 'link', 'set', inside, 'netns', namespace);
    run('ip', 'link', 'set', outside, 'master', BRIDGE, 'up');
    const there = (...args) => run('ip', 'netns', 'exec', namespace, ...args);
    there('ip', 'addr', 'add', `${address}/24`, 'dev', inside);
    there('ip', 'link', 'set', inside, 'up');
    there('ip', 'link', 'set', 'lo', 'up');
    there('sysctl', '-q', '-p', SYSCTL);
    there('nft', 'add', 'table', 'inet', 'cut');
    there('nft', 'add', 'chain', 'inet', 'cut', 'in', '{ type filter hook input priority 0; }');
  }
  const heal = () =>
    hosts.forEach(({ namespace }) => run('ip', 'netns', 'exec', namespace, 'nft', 'flush', 'chain', 'inet', 'cut', 'in'));
  return {
    hosts,
    /** Lets nothing in at one host for some milliseconds, so that it falls behind the others. */
    async holdUp({ namespace }, ms) {
      run('ip', 'netns', 'exec', namespace, 'nft', 'add', 'rule', 'inet', 'cut', 'in', 'ip', 'saddr', `{ ${hosts.map(({ address }) => address).join(', ')} }`, 'drop');
      await sleep(ms);
      run('ip', 'netns', 'exec', namespace, 'nft', 'flush', 'chain', 'inet', 'cut', 'in');
    },
    /** Cuts every link between hosts of different groups (arrays of indices); this process still reaches all. */
    partition(...groups) {
      heal();
      for (const group of groups) {
        const others = hosts.filter(({ index }) => !group.includes(index)).map(({ address }) => address);
        for (const index of group) {
          const { namespace } = hosts[index];
          run('ip', 'netns', 'exec', namespace, 'nft', 'add', 'rule', 'inet', 'cut', 'in', 'ip', 'saddr', `{ ${others.join(', ')} }`, 'drop');
        }
      }
    },
    heal,
    remove,
  };
}
