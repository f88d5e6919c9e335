import type { Json } from './template';

/** A resource's arguments alone, without cdktf's metadata, to compare all of them: a further one fails the test. */
export const attributesOf = (resource: Json): Json =>
  Object.fromEntries(Object.entries(resource).filter(([key]) => key !== '//'));
