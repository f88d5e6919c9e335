// npm run plan-guard -- <plan.json> [--phase <phase>] [--allow <rule>:<address>]… [--json]
import { readFile } from 'node:fs/promises';
import { runPlanGuard } from './plan-guard/command';

// Until there is a verdict nothing can be told: neither 0 nor 1 may say one.
process.exitCode = 2;
process.on('uncaughtException', (error) => {
  console.error(error);
  process.exit(2);
});

void runPlanGuard(process.argv.slice(2), {
  read: (file) => readFile(file === '-' ? '/dev/stdin' : file, 'utf8'),
  say: (line) => {
    console.log(line);
  },
  complain: (line) => {
    console.error(line);
  },
}).then((exitCode) => {
  process.exitCode = exitCode;
});
