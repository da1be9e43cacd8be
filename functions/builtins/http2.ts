/** `node:http2` of a function, loaded when it is used: the SDK imports it even where every client speaks HTTP/1.1, and a cold start would wait for it. */
type Http2 = typeof import('node:http2');

const http2 = (): Http2 => process.getBuiltinModule('node:http2');

export const connect = ((...given: Parameters<Http2['connect']>) => http2().connect(...given)) as Http2['connect'];
export const getDefaultSettings: Http2['getDefaultSettings'] = () => http2().getDefaultSettings();
export const constants = new Proxy({} as Http2['constants'], {
  get: (_none, name) => Reflect.get(http2().constants, name) as unknown,
  has: (_none, name) => Reflect.has(http2().constants, name),
});
export default { connect, constants, getDefaultSettings };
