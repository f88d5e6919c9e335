import type { BootstrapInput, BootstrapResult } from './bootstrap';

/** What the operator does after a run: what belongs into accounts.ts, and the commands that follow. */
export function nextSteps(input: BootstrapInput, { key }: BootstrapResult, dryRun: boolean): string[] {
  if (key === undefined)
    return ['', 'Run it without --dry-run: the key, whose id accounts.ts needs, does not exist yet.'];
  const { accountName } = input;
  const configured = input.kmsKeyId === key.id;
  return [
    '',
    configured
      ? `environments/accounts.ts holds what belongs there for ${accountName}:`
      : `Put this into environments/accounts.ts for ${accountName} (the key is ${key.arn}):`,
    '',
    '    state: {',
    `      bucket: '${input.stateBucket}',`,
    `      accessLogBucket: '${input.accessLogBucket}',`,
    `      lockTable: '${input.lockTable}',`,
    `      keyAlias: '${input.keyAlias}',`,
    `      kmsKeyId: '${key.id}',`,
    '    },',
    '',
    dryRun ? 'After a run without --dry-run:' : 'Then:',
    '  npm run synth',
    `  npx cdktf deploy account-${accountName}    # its first plan imports all of this and replaces nothing`,
  ];
}
