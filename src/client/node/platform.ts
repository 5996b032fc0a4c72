// `#platform` in Node: the names of ../platform.ts.
export { nodeSocket as platformSocket } from './web-socket.ts';
