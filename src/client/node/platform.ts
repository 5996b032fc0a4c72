// `#platform` in Node: the names of ../platform.ts.
export { nodeCanInflate as canInflate, nodeInflate as inflate } from './inflate.ts';
export { nodeSocket as platformSocket } from './web-socket.ts';
