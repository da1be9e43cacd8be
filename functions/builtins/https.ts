/** `node:https` of a function, without what an `import` of it loads besides: `crypto.ts` says why. */
export default process.getBuiltinModule('node:https');
