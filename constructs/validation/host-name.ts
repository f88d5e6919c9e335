const HOST_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** Whether a text is a fully qualified host name in lower case, of at least two labels, without a dot at the end. */
export const isHostName = (text: string): boolean => HOST_NAME.test(text);
