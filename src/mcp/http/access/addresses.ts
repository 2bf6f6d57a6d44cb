import { BlockList, isIP } from 'node:net';

/** The address without zone, and without the form that IPv4 takes on an IPv6 socket; undefined for what is none. */
export function plainAddress(text: string): string | undefined {
  const [zoneless = ''] = text.split('%');
  const address = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(zoneless)?.[1] ?? zoneless;
  return isIP(address) === 0 ? undefined : address;
}

/** What stands for one caller among addresses: an IPv6 network hands out the last 64 bits as it likes. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  // `URL` writes an address in one way only.
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const parts = head === '' ? [] : head.split(':');
  const tailParts = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - parts.length - tailParts.length;
  return `${[...parts, ...Array<string>(gap).fill('0'), ...tailParts].slice(0, 4).join(':')}::/64`;
}

/** Creates the test whether an address is of a list of addresses and networks (`10.0.0.0/8`). */
export function createAddressTest(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}

/** Whether an address is of this machine. */
export const isLoopbackAddress = createAddressTest(['127.0.0.0/8', '::1']);
