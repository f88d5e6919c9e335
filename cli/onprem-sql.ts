// npm run --silent onprem:sql [-- --schemas <name>,<name>] [--prefix <prefix>] > onprem.sql; npm run --silent onprem:sql -- --undo > undo.sql
import { runCommand } from './onprem-sql/command';

process.exitCode = runCommand(process.argv.slice(2), {
  say: (line) => {
    console.log(line);
  },
  complain: (line) => {
    console.error(line);
  },
});
