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
