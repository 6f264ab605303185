// SPDX-License-Identifier: Apache-2.0
// A real Prometheus and the configuration of the reporter daemon.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, start, until } from './node.mjs';

/** Starts a Prometheus of its own that scrapes `serviceUrl` every second as job `service`. */
export async function startPrometheus(folder, serviceUrl) {
  const config = join(folder, 'prometheus.yml');
  mkdirSync(join(folder, 'prometheus'), { recursive: true });
  writeFileSync(config, [
    'global:', '  scrape_interval: 1s', '  scrape_timeout: 900ms', 'scrape_configs:', '  - job_name: service',
    '    static_configs:', `      - targets: ['${new URL(serviceUrl).host}']`, '',
  ].join('\n'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const prometheus = start('prometheus', 'prometheus', [
    `--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'prometheus')}`, `--web.listen-address=127.0.0.1:${port}`,
  ]);
  await until('Prometheus to scrape the service', 60, async () => {
    if (!prometheus.alive()) throw new Error(`Prometheus ended:\n${prometheus.tail()}`);
    try {
      const answer = await (await fetch(`${url}/api/v1/query?query=up`)).json();
      return answer.data.result[0]?.value[1] === '1';
    } catch {
      return false;
    }
  });
  return { ...prometheus, url };
}

/** The configuration of a reporter for an agreement with one objective: availability in percent. */
export function reporterConfig({ nodeUrl, suri, agreement, source, data }) {
  const measure = source.prometheus
    ? ['source = "prometheus"', `url = "${source.prometheus}"`, `query = 'up{job="service"}'`, 'step = "2s"']
    : ['source = "http_probe"', `url = "${source.probe}"`, 'interval = "2s"', 'timeout = "1s"'];
  return [
    'poll_interval = "3s"', `data_dir = "${data}"`,
    '[node]', `url = "${nodeUrl}"`,
    '[signer]', `suri = "${suri}"`,
    '[[agreements]]', `id = ${agreement}`,
    '[[agreements.objectives]]', ...measure, 'scale = "percent"', '',
  ].join('\n');
}
