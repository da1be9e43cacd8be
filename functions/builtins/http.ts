/**
 * `node:http` of a function. An `import` of a module of Node reads all that it exports, and of this one that loads `fetch` and WebSocket, which are made only
 * when they are asked for: tens of milliseconds of a cold start. Whoever imports something that is missing in the list below is told by the bundler.
 */
const http = process.getBuiltinModule('node:http');
export const {
  Agent,
  ClientRequest,
  createServer,
  get,
  globalAgent,
  IncomingMessage,
  maxHeaderSize,
  METHODS,
  OutgoingMessage,
  request,
  Server,
  ServerResponse,
  setMaxIdleHTTPParsers,
  STATUS_CODES,
  validateHeaderName,
  validateHeaderValue,
} = http;
export default http;
