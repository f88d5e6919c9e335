import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { skipTokenTraces } from '../../stacks/token-traces';

test('the present cdktf has the traces that are switched off, and then takes none', () => {
  expect(skipTokenTraces()).toBe(true);
  const { captureStackTrace } = createRequire(__filename)('cdktf/lib/tokens/private/stack-trace') as {
    captureStackTrace: () => string[];
  };
  expect(captureStackTrace()).toEqual([]);
});
