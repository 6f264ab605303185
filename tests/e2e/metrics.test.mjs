// SPDX-License-Identifier: Apache-2.0
// Dashboard and alert rules (ops/) speak of metrics that a real node has: a Prometheus with the configuration of ops/
// scrapes one, and every panel shows something.

import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort, start, startNode, temporaryFolder, until } from './lib/node.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const OPS = join(ROOT, 'ops');
const rules = join(OPS, 'prometheus/rules.yml');
const dashboard = JSON.parse(readFileSync(join(OPS, 'grafana/dsla-node.json'), 'utf8'));
/** Series that exist only after something has gone wrong. */
const RARE = [/reason="panic"/];
const running = [];
let url;

before(async () => {
  const folder = temporaryFolder('metrics');
  const node = await startNode(['--dev', '--tmp']);
  running.push(node);
  const machine = `127.0.0.1:${await freePort()}`;
  running.push(start('node exporter', 'prometheus-node-exporter', [`--web.listen-address=${machine}`]));
  copyFileSync(rules, join(folder, 'rules.yml'));
  const config = readFileSync(join(OPS, 'prometheus/prometheus.yml'), 'utf8')
    .replace(/_interval: 15s/g, '_interval: 1s')
    .replace(/"[\w-]+:9615"/g, `"${node.metrics}"`)
    .replace(/"[\w-]+:9100"(, "[\w-]+:9100")*/g, `"${machine}"`);
  assert.ok(!/:(9615|9100)"/.test(config));
  writeFileSync(join(folder, 'prometheus.yml'), config);
  mkdirSync(join(folder, 'data'));
  const address = `127.0.0.1:${await freePort()}`;
  url = `http://${address}`;
  const prometheus = start('prometheus', 'prometheus', [
    `--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${address}`,
  ]);
  running.push(prometheus);
  await until('all three jobs to be scraped', 60, async () => {
    const dead = running.find((process) => !process.alive());
    if (dead) throw new Error(`${dead.name} ended:\n${dead.tail()}`);
    const up = await query('up == 1').catch(() => []);
    return new Set(up.map(({ metric }) => metric.job)).size === 3;
  });
  // A block of its own, and a few samples of everything.
  await until('a block of its own to be seen', 60, async () =>
    (await query('substrate_proposer_block_constructed_count > 0 and substrate_finality_grandpa_round > 1')).length > 0);
});
after(() => Promise.all(running.map((process) => process.stop())));

async function query(expression) {
  const answer = await (await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression })}`)).json();
  if (answer.status !== 'success') throw new Error(`${expression}: ${answer.error}`);
  return answer.data.result;
}

/** The selectors of a PromQL expression, with their labels: `name{...}`. */
function selectors(expression) {
  const WORDS = new Set(['and', 'or', 'unless', 'by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'bool', 'offset']);
  return [...expression
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
    .matchAll(/([a-zA-Z_:][\w:]*)\s*(\{[^}]*\}|\()?/g)]
    .filter(([, name, next]) => next !== '(' && !WORDS.has(name))
    .map(([, name, labels = '']) => name + labels);
}

test('selectors_should_be_found_in_an_expression', () => {
  assert.deepEqual(
    selectors('abs(a_b{x="y z", c=~"d|e"}) > 0.5 or sum by (f, g) (rate(h_total[5m])) - on (chain) group_right () max(i) * 86400'),
    ['a_b{x="y z", c=~"d|e"}', 'h_total', 'i'],
  );
});

test('the rules are well-formed and fire when they should', () => {
  for (const args of [['check', 'config', join(OPS, 'prometheus/prometheus.yml')], ['check', 'rules', rules], ['test', 'rules', join(OPS, 'prometheus/rules.test.yml')]]) {
    execFileSync('promtool', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  }
});

test('the rules speak of series that exist', async () => {
  const answer = await (await fetch(`${url}/api/v1/rules`)).json();
  const all = answer.data.groups.flatMap((group) => group.rules);
  assert.ok(all.length > 10);
  for (const rule of all) {
    const found = selectors(rule.query);
    assert.ok(found.length > 0, `${rule.name} watches something`);
    for (const selector of found) {
      const wanted = RARE.some((rare) => rare.test(selector)) ? selector.replace(/\{.*/, '') : selector;
      assert.ok((await query(wanted)).length > 0, `${rule.name}: no series ${wanted}`);
    }
  }
});

test('every rule names a place in a runbook that exists', async () => {
  const answer = await (await fetch(`${url}/api/v1/rules`)).json();
  for (const { name, annotations } of answer.data.groups.flatMap((group) => group.rules)) {
    const [file, anchor] = annotations.runbook.split('#');
    assert.ok(existsSync(join(ROOT, file)), `${name}: no ${file}`);
    const headings = readFileSync(join(ROOT, file), 'utf8').split('\n').filter((line) => line.startsWith('#'))
      .map((line) => line.replace(/^#+ /, '').toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-'));
    assert.ok(!anchor || headings.includes(anchor), `${name}: no "${anchor}" in ${file}, only ${headings.join(', ')}`);
  }
});

test('every panel shows something', async () => {
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');
  assert.ok(panels.length > 10);
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      const filled = expr.replaceAll('$chain', '.*').replaceAll('$instance', '.*');
      assert.ok(!filled.includes('$'), `${title}: an unknown variable in ${expr}`);
      await until(`the panel "${title}" to show something: ${filled}`, 15, async () => (await query(filled)).length > 0);
    }
  }
});
