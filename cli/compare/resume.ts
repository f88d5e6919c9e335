/** The command that goes on with a comparison: the one that was given, without passwords. */
export const resumeCommand = (args: readonly string[]): string =>
  `npm run compare -- ${args.map((arg) => quoted(withoutPassword(arg))).join(' ')}`;

function withoutPassword(text: string): string {
  if (!text.includes('://')) return text;
  // As far as libpq looks for the credentials.
  const credentials = /^(.*?:\/\/)([^@/]*)@/s;
  return text
    .replace(credentials, (_, scheme: string, user: string) => `${scheme}${user.split(':')[0] ?? ''}@`)
    .replace(/([?&])(?:password|sslpassword)=[^&]*(&|$)/g, (_, before: string, after: string) =>
      after === '' ? '' : before,
    )
    .replace(/([?&])(?:password|sslpassword)=[^&]*(&|$)/g, '');
}

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
