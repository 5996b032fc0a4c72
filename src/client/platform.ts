// What differs between platforms. `#platform` (package.json "imports") is this file, in Node node/platform.ts: same names.
export { browserSocket as platformSocket } from './web-socket.ts';
