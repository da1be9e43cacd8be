/** `node:https` of a function, without what an `import` of it loads besides: `http.ts` says why. */
const https = process.getBuiltinModule('node:https');
export const { Agent, createServer, get, globalAgent, request, Server } = https;
export default https;
