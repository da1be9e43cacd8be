/** Objects that are written whole and read whole. Each has an address, a URL that names where it stands as well. */
export interface ObjectStore {
  /**
   * Writes an object; when it resolves, whoever reads sees it. Whatever stood there is replaced: the address must be made from the content.
   *
   * @param digest SHA-256 of the bytes, in hexadecimal.
   */
  put(address: string, bytes: Uint8Array, digest: string): Promise<void>;
  /** The bytes of an object; `undefined` when there is none, or none that may be read: who may not list objects is not told which. */
  get(address: string): Promise<Uint8Array | undefined>;
}
