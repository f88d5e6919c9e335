// npm run assess -- --source <url> [--target <url>] [--schema <name>]… [--role <name>]… [--report <folder>] [--json]
import { runCommand } from './assess/command';

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
