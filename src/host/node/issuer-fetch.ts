import { type LookupAddress, lookup } from 'node:dns';
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackHost, mayReach, type Reach } from './issuer-address.ts';

const FETCH_MS = 5000; // whoever waits is a player at the door
const MAX_ISSUER_BYTES = 256 * 1024; // a key set of hundreds of keys

/**
 * JSON from an issuer of tokens. Strangers name the address, so it is asked with care: `https`, or `http` on this
 * machine; only where `reach` allows, whatever a name server says; no redirects; bounded in time and size.
 * @throws Error with a reason that says nothing of the answer
 */
export async function fetchJson(address: string, reach: Reach): Promise<unknown> {
  const url = new URL(address);
  mayAsk(url, reach);
  const get = url.protocol === 'https:' ? getHttps : getHttp;
  const text = await new Promise<string>((resolve, reject) => {
    const request = get(
      url,
      {
        lookup: lookupWithin(reach),
        signal: AbortSignal.timeout(FETCH_MS),
        headers: { accept: 'application/json' },
        agent: false,
      },
      (response) => readText(response).then(resolve, reject),
    );
    request.on('error', (error) => {
      const isLate = error.name === 'AbortError' || error.name === 'TimeoutError';
      reject(isLate ? new Error(`nothing came within ${FETCH_MS} ms`) : error);
    });
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('what came is not JSON');
  }
}

/** @throws Error */
function mayAsk(url: URL, reach: Reach): void {
  const isNear = isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && (isNear || reach === 'named'))) {
    throw new Error('it is not at an https address');
  }
  if (url.username !== '' || url.password !== '') throw new Error('its address carries a password');
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !mayReach(literal, reach)) throw outOfReach();
  if (isNear && reach === 'public') throw outOfReach();
}

function outOfReach(): Error {
  return new Error(
    'its address is not on the open network. If it is an issuer of yours, name it: spacetick start --issuer <url>',
  );
}

/** Looks a name up, and gives only addresses within reach: those are connected to, and no others. */
function lookupWithin(reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const allowed = error === null ? found.filter(({ address }) => mayReach(address, reach)) : [];
      const [first] = allowed;
      if (first === undefined) callback(error ?? outOfReach(), []);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

async function readText(response: IncomingMessage): Promise<string> {
  try {
    if (response.statusCode !== 200) throw new Error(`it answered with status ${response.statusCode}`);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ISSUER_BYTES) throw new Error(`it answered with more than ${MAX_ISSUER_BYTES} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    response.destroy();
  }
}
