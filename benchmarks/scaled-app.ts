// Synthesizes the app with many environments: `node dist/benchmarks/scaled-app.js <count>`. The environments are copies of
// the deployed ones under other names and networks; the program is dist/main.js itself.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Environments from '../environments';
import type * as Main from '../main';
import { scaleEnvironments } from './scale-environments';

// Loaded when it runs, so that the measured code is the compiled app and not a second copy of it.
const load = createRequire(__filename);
const { buildApp } = load(join(__dirname, '..', 'main.js')) as typeof Main;
const { loadEnvironments } = load(join(__dirname, '..', 'environments', 'index.js')) as typeof Environments;

const { accounts, environments } = loadEnvironments();
const configuration = { accounts, environments: scaleEnvironments(environments, Number(process.argv[2])) };
buildApp({ configuration }).synth();
