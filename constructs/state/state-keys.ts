/** The object in the state bucket that holds the state of an account's own stack. */
export const accountStateKey = (accountName: string): string => `payment/account-${accountName}/terraform.tfstate`;

/** The object in the state bucket that holds an environment's state, unless its file names another. */
export const environmentStateKey = (environmentName: string): string => `payment/${environmentName}/terraform.tfstate`;
