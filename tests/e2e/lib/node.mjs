// SPDX-License-Identifier: Apache-2.0
// Starts and stops real processes: the node, the reporter, Prometheus.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const TARGET = process.env.CARGO_TARGET_DIR ?? join(homedir(), '.cache/dsla/target');
export const NODE_BIN = process.env.NODE_BIN ?? join(TARGET, 'release/dsla-node');
export const REPORTER_BIN = process.env.REPORTER_BIN ?? join(TARGET, 'release/dsla-reporter');

const CACHE = join(TARGET, 'runtime-cache');

/**
 * Options of a node that takes its compiled runtime from the one that was started before it. Without them a start takes a
 * dozen seconds of processor time more, as it does on a validator of a public network.
 */
export const COMPILED = ['--runtime-cache-path', CACHE];

const running = new Set();

// Nothing that was started here outlives this process, however it ends.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks `check` until it answers something truthy, and returns that; fails after `seconds`, naming `what`. */
export async function until(what, seconds, check) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await check();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for: ${what}`);
    await sleep(200);
  }
}

/** A port that is free now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A folder that is removed when this process ends. */
export function temporaryFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `dsla-${name}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a program; its output is kept, to be shown when something goes wrong. */
export function start(name, program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  running.add(child);
  const lines = [];
  const keep = (chunk) => {
    lines.push(chunk.toString());
    if (lines.length > 2000) lines.shift();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise((resolve) => {
    child.once('error', (error) => {
      lines.push(`${name} could not be started: ${error.message}`);
      running.delete(child);
      resolve(1);
    });
    child.once('exit', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return {
    name,
    pid: child.pid,
    log: () => lines.join(''),
    tail: () => lines.join('').split('\n').slice(-25).join('\n'),
    alive: () => running.has(child),
    ended,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      // A process that does not end when told to must not hang the run.
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** The development chain with its genesis state, which every node would compute for itself; made once for each build. */
function developmentSpec() {
  const { mtimeMs, size } = statSync(NODE_BIN);
  const file = join(CACHE, `development-${mtimeMs}-${size}.json`);
  if (!existsSync(file)) {
    mkdirSync(CACHE, { recursive: true });
    // Under a name of its own first: another test may want it, too.
    const unfinished = `${file}.${process.pid}`;
    execFileSync(NODE_BIN, ['export-chain-spec', '--chain', 'dev', '--raw', '--output', unfinished], { stdio: 'ignore' });
    renameSync(unfinished, file);
  }
  return file;
}

/** Starts a node and waits until it answers. */
export async function startNode(args, { port, name = 'node' } = {}) {
  port ??= await freePort();
  const metrics = await freePort();
  const chain = args.includes('--dev') ? ['--chain', developmentSpec()] : [];
  const listen = args.includes('--listen-addr') ? [] : ['--port', String(await freePort())];
  const node = start(name, NODE_BIN, [
    '--rpc-port', String(port), ...listen, '--prometheus-port', String(metrics),
    '--no-mdns', '--no-telemetry', ...COMPILED, ...chain, ...args,
  ]);
  await until(`${name} to open its RPC port`, 60, () => {
    if (!node.alive()) throw new Error(`${name} ended:\n${node.tail()}`);
    return node.log().includes('Running JSON-RPC server');
  });
  return { ...node, port, url: `ws://127.0.0.1:${port}`, metrics: `127.0.0.1:${metrics}` };
}
