/** Where the company's identity provider answers, whose tokens the payment API takes. */
export const identityProviderCidrs = ['203.0.113.8/29'];
