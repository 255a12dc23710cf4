import { BlockList, isIP } from 'node:net';

/**
 * Reads addresses and CIDR ranges that are separated by commas.
 *
 * @throws Error that names the one that is neither
 */
export function parseTrustedProxies(text: string): BlockList {
  const list = new BlockList();
  for (const each of text.split(',').map((part) => part.trim())) {
    const [address = '', prefix, ...more] = each.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const widest = family === 'ipv6' ? 128 : 32;
    const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= widest);
    if (isIP(address) === 0 || !isPrefix || more.length > 0) {
      throw new Error(`"${each}" is not an address or a CIDR range`);
    }
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
