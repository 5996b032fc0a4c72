// What differs between platforms. `#platform` (package.json "imports") is this file, in Node node/platform.ts: same names.
export { pageCredentials as credentials } from './credentials.ts';
export { browserCanInflate as canInflate, browserInflate as inflate } from './inflate.ts';
export { browserSocket as platformSocket } from './web-socket.ts';
