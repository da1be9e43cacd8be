/** `node:http` of a function, without what an `import` of it loads besides (`crypto.ts` says why): `fetch` and WebSocket, tens of milliseconds of a cold start. */
const http = process.getBuiltinModule('node:http');
export const { request, STATUS_CODES } = http;
export default http;
