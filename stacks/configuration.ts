// Stacks know the shape of a configuration, never its content: main hands it over.
export type { Environment } from '../environments/environment';
export type { Account } from '../environments/schema/account';
