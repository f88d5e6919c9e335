// Loaded before a measured program: tells its parent, on file descriptor 3, what it used when it ends.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(3, JSON.stringify({ cpuMilliseconds: (userCPUTime + systemCPUTime) / 1000, maxRssMib: maxRSS / 1024 }));
});
