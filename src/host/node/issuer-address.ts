import { BlockList, isIP } from 'node:net';

/** Where an issuer of tokens may be: `named` is one that the host was told of, which may be anywhere. */
export type Reach = 'named' | 'loopback' | 'public';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** Addresses that are not on the open network: whoever makes a host ask there looks behind its walls. */
const INSIDE = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // what clouds tell their machines, credentials included
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  INSIDE.addSubnet(net, prefix);
}
for (const [net, prefix] of [
  ['::', 96], // unspecified, loopback and the old way to write IPv4
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  INSIDE.addSubnet(net, prefix, 'ipv6');
}

/** Whether an address may be connected to. IPv4 inside IPv6 counts as IPv4. */
export function mayReach(address: string, reach: Reach): boolean {
  if (reach === 'named') return true;
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0) return false;
  return LOOPBACK.check(address, family) ? reach === 'loopback' : !INSIDE.check(address, family);
}

/** Whether a URL's host is this machine by its spelling. */
export function isLoopbackHost(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) === 0) return hostname === 'localhost' || hostname.endsWith('.localhost');
  return LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
