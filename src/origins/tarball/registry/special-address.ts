import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

export type ResolveHost = (host: string) => Promise<readonly string[]>;

// The special-use ranges of the IANA registries. `::ffff:0:0/96` is not among them on purpose: a BlockList compares mapped
// addresses by the rules for IPv4, and with that rule it would block all of IPv4.
const special = new BlockList();
for (const range of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
])
  addRange(range, 'ipv4');
// Those that carry an IPv4 address (NAT64, Teredo, 6to4) lead back to any of the above.
for (const range of [
  '::/127',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
])
  addRange(range, 'ipv6');

/**
 * Whether a host is this machine or in a private network: by its name, by its literal address, or by any of the addresses that
 * it resolves to. A host that does not resolve here is not: a proxy may know it.
 */
export async function isSpecialHost(hostname: string, resolveHost: ResolveHost): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) !== 0) return isSpecialAddress(host);
  if (/(?:^|\.)(?:localhost|local|internal|home\.arpa)$/i.test(host) || !host.includes('.')) return true;
  const addresses = await resolveHost(host).catch(() => []);
  return addresses.some(isSpecialAddress);
}

/** Every address of a host, as the system resolves it. */
export const resolveBySystem: ResolveHost = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/** Whether an address is this machine's, or in a private network. */
export function isSpecialAddress(address: string): boolean {
  return special.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function addRange(range: string, family: 'ipv4' | 'ipv6'): void {
  const [address = '', bits = ''] = range.split('/');
  special.addSubnet(address, Number(bits), family);
}
