import { hashAccessToken, isTokenName, makeAccessToken, tokenLine } from '../access-token.ts';
import { DocpinError } from '../errors.ts';

/** Runs `docpin token new [name]`: makes a token of the HTTP server, which is shown here and nowhere again. */
export function runTokenCommand(operands: readonly string[]): { text: string; facts: object } {
  const [action, name = 'caller', ...more] = operands;
  if (action !== 'new' || more.length > 0)
    throw wrongUsage('docpin token takes new, and a name for the token.');
  if (!isTokenName(name))
    throw wrongUsage('The name of a token has up to 64 letters, digits, dots, dashes and underscores.');
  const token = makeAccessToken();
  const line = tokenLine(name, hashAccessToken(token));
  const text = [
    'Token, shown this once, for the caller:',
    `  ${token}`,
    'Line for the file that the server is given with --auth-token-file:',
    `  ${line}`,
  ].join('\n');
  return { text, facts: { name, token, line } };
}

function wrongUsage(what: string): DocpinError {
  return new DocpinError('bad-input', { what, next: 'Usage: docpin token new [name]' });
}
