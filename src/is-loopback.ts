/** Whether a URL points at this machine. `URL` has already turned odd spellings (`0x7f.1`, `2130706433`) into plain ones. */
export function isLoopback(url: URL): boolean {
  return (
    url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(url.hostname)
  );
}
