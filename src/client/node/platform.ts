// `#platform` in Node: the names of ../platform.ts.
export { nodeCredentials as credentials } from './credentials.ts';
export { nodeCanInflate as canInflate, nodeInflate as inflate } from './inflate.ts';
export { nodeSocket as platformSocket } from './web-socket.ts';
