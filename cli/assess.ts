// npm run assess -- --source <url> [--target <url>] [--schema <name>]… [--role <name>]… [--report <folder>] [--json]
import { runCommand } from './assess/command';

// Should the process end without a verdict: neither 0 nor 1 may say one.
process.exitCode = 2;
process.on('uncaughtException', (error) => {
  console.error(error);
  process.exit(2);
});

void runCommand(process.argv.slice(2), {
  environment: process.env,
  say: (line) => {
    console.log(line);
  },
  complain: (line) => {
    console.error(line);
  },
}).then((exitCode) => {
  process.exitCode = exitCode;
});
