const faultStatuses = new Set([408, 500, 502, 503, 504]);

/** Whether a status says that the upstream, not the request, is at fault, and that another try may work. */
export function isFault(status: number): boolean {
  return faultStatuses.has(status);
}
