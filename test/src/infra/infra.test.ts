import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Compose, composeSchema } from './compose-schema.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const dockerfile = readFileSync(join(root, 'infra/Dockerfile'), 'utf8');
const composeText = readFileSync(join(root, 'infra/compose.yaml'), 'utf8');

function readCompose(): Compose {
  return composeSchema.parse(parse(composeText, { merge: true }));
}

describe('infra/Dockerfile', () => {
  it('has no fault that a Dockerfile parser finds', () => {
    expect(validate(dockerfile).map(({ message }) => message)).toEqual([]);
  });

  it('is refused by the same parser when an instruction is misspelt', () => {
    expect(validate(dockerfile.replace('WORKDIR', 'WORKDIRR'))).not.toEqual([]);
  });

  it('copies only files that exist, and the manifest of every workspace', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap((match) =>
      (match[1] ?? '').split(' ').slice(0, -1),
    );
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    for (const workspace of [
      'packages/db',
      'packages/domain',
      'packages/engine',
      'apps/api',
      'apps/cli',
      'apps/web',
      'apps/worker',
      'scripts',
      'test',
    ]) {
      expect(copied).toContain(`${workspace}/package.json`);
    }
  });

  it('does not run as root', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
  });
});

describe('infra/compose.yaml', () => {
  it('is a compose file in which every name that is used is defined', () => {
    const { services, networks, volumes } = readCompose();
    for (const [name, service] of Object.entries(services)) {
      for (const network of service.networks) expect(networks, `network of ${name}`).toHaveProperty(network);
      for (const volume of service.volumes ?? [])
        expect(volumes, `volume of ${name}`).toHaveProperty(volume.split(':')[0] ?? '');
      for (const other of Object.keys(service.depends_on ?? {}))
        expect(services, `dependency of ${name}`).toHaveProperty(other);
    }
  });

  it('starts programs that the build makes', () => {
    for (const { command = [], working_dir: folder = '/stockpot' } of Object.values(readCompose().services)) {
      const program = command[1];
      if (program === undefined) continue;
      expect(existsSync(join(root, folder.replace('/stockpot', '.'), program)), program).toBe(true);
    }
  });

  it('waits for health only where a health check is', () => {
    const { services } = readCompose();
    for (const service of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
        if (condition === 'service_healthy') expect(services[name]?.healthcheck, name).toBeDefined();
      }
    }
  });

  it('carries no secret and no default for one, and publishes on loopback only', () => {
    const secrets = [...composeText.matchAll(/\$\{(\w+)([^}]*)\}/g)];
    expect(secrets.length).toBeGreaterThan(3);
    for (const [, name, rest] of secrets) expect(rest, `${name} must be required`).toMatch(/^:\?/);
    expect(composeText).not.toMatch(/^\s+(?:- )?['"]?(?:0\.0\.0\.0:)?\d+:\d+/m);
  });
});
