/** `node:http2` of a function, which has none: the SDK loads it even where every client speaks HTTP/1.1. */
export default {
  constants: {},
  connect(): never {
    throw new Error('functions speak HTTP/1.1: a client of the SDK needs the requestHandler that httpHandler() makes');
  },
};
