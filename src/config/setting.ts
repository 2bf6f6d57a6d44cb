/** What a person can set, as data. */
export interface Setting {
  /** Key in the Config and, where `inFile`, in the configuration file. */
  readonly name: string;
  readonly flag?: string;
  /** One letter that stands for the flag. */
  readonly short?: string;
  /** True for a flag that takes no value. */
  readonly isSwitch?: boolean;
  readonly env?: string;
  /** What the variable was called before: still read, with a warning. */
  readonly oldEnv?: string;
  readonly inFile?: boolean;
  readonly default?: string | number | boolean;
  /** One line for `--help` and docs/configuration.md. */
  readonly about: string;
  /** The command that it belongs to; everywhere when left out. */
  readonly only?: 'docs' | 'commands' | 'http';
}
