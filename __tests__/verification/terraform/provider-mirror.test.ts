import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  candidateDirectories,
  configuredDirectories,
  findMirroredProvider,
  newestVersion,
} from '../../../verification/terraform/provider-mirror';

const SOURCE = 'hashicorp/aws';
const PLATFORM = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mirror-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const mirror = (name: string, versions: readonly string[], platform = PLATFORM): string => {
  const path = join(directory, name);
  versions.forEach((version) => {
    mkdirSync(join(path, 'registry.example', SOURCE, version, platform), { recursive: true });
  });
  return path;
};

describe('the version of a provider in a directory', () => {
  test('is the newest one, by number', () => {
    expect(newestVersion(mirror('a', ['5.9.0', '5.100.0', '5.20.1']), SOURCE)).toBe('5.100.0');
  });

  test('is none where there is no such provider, another platform, or no directory', () => {
    expect(newestVersion(mirror('a', ['5.9.0']), 'hashicorp/random')).toBeUndefined();
    expect(newestVersion(mirror('b', ['5.9.0'], 'plan9_mips'), SOURCE)).toBeUndefined();
    expect(newestVersion(join(directory, 'none'), SOURCE)).toBeUndefined();
  });

  test('is none behind a link, because Terraform does not follow it', () => {
    const real = mirror('real', ['5.9.0']);
    mkdirSync(join(directory, 'linked', 'registry.example', 'hashicorp'), { recursive: true });
    symlinkSync(
      join(real, 'registry.example', SOURCE, '5.9.0'),
      join(directory, 'linked', 'registry.example', 'hashicorp', 'aws'),
    );
    expect(newestVersion(join(directory, 'linked'), SOURCE)).toBeUndefined();
  });
});

describe('the directories that are searched', () => {
  test('are those the CLI configuration names', () => {
    const configuration = `
      plugin_cache_dir = "/cache"
      provider_installation {
        filesystem_mirror {
          include = ["example/*"]
          path    = "/mirror"
        }
        direct {}
      }`;
    expect(configuredDirectories(configuration)).toEqual(['/cache', '/mirror']);
    expect(configuredDirectories('disable_checkpoint = true')).toEqual([]);
  });

  test('begin with the most specific one', () => {
    const file = join(directory, 'terraform.rc');
    writeFileSync(file, 'plugin_cache_dir = "/from-configuration"');
    const env = {
      TF_PLUGIN_MIRROR: '/from-environment',
      TF_CLI_CONFIG_FILE: file,
      TF_PLUGIN_CACHE_DIR: '/from-cache',
      HOME: directory,
    };
    expect(candidateDirectories(env).slice(0, 4)).toEqual([
      '/from-environment',
      '/from-configuration',
      '/from-cache',
      join(directory, '.terraform.d', 'plugins'),
    ]);
  });

  test('may be named by a configuration file that is not there', () => {
    const env = { TF_CLI_CONFIG_FILE: join(directory, 'none.rc'), HOME: directory };
    expect(candidateDirectories(env)[0]).toBe(join(directory, '.terraform.d', 'plugins'));
  });

  test('give the provider of the first that has one', () => {
    const env = {
      TF_PLUGIN_MIRROR: mirror('empty', []),
      TF_PLUGIN_CACHE_DIR: mirror('full', ['5.1.0']),
      HOME: directory,
    };
    expect(findMirroredProvider(SOURCE, env)).toEqual({ directory: join(directory, 'full'), version: '5.1.0' });
  });
});
