const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

export const NAME_ALLOWED = '1 to 64 letters, digits, - or _, a letter first';

/** Whether pipelines, windows and aggregates may be called so. */
export function isName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name);
}
