import { expect, test } from '@jest/globals';
import { stacksOf } from '../support/stacks';

const stacks = { ...stacksOf(), ...stacksOf('examples') };

// An address that disappears is a resource that the next deployment destroys; one that changes, a replacement.
test.each(Object.entries(stacks))('the addresses of stack %s are', (_name, stack) => {
  expect(stack.addresses).toMatchSnapshot();
});
