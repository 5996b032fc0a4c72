export { identityFromClaims } from '../claims.ts';
export type { KeyFiles } from './keys.ts';
export { NodeHost, type NodeHostOptions } from './node-host.ts';
export type { PublishRequest } from './publisher.ts';
export { handleRequest } from './routes.ts';
export { SOCKET_LIMITS, type SocketLimits } from './socket.ts';
export { LOCAL_ISSUER } from './tokens.ts';
export { type Job, type TurnOptions, Turns } from './turns.ts';
export { packageFolder, version } from './version.ts';
