type Parse = typeof import('oxc-parser').parseSync;

let loading: Promise<Parse | undefined> | undefined;

/** Loads the native parser, once; undefined where it is not installed or has no binding for this system. */
export function loadParser(): Promise<Parse | undefined> {
  loading ??= import('oxc-parser').then(
    ({ parseSync }) => parseSync,
    () => undefined,
  );
  return loading;
}
