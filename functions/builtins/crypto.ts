/**
 * `node:crypto` of a function. An `import` of a module of Node reads all that it exports, and with it loads what is there only on demand: here the
 * Web Crypto API. What is missing in the list below, the bundler names.
 */
export const { createHash, createHmac, createPrivateKey, createPublicKey, getRandomValues, hash, sign } =
  process.getBuiltinModule('node:crypto');
