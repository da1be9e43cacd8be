export const INPUT_FORMATS = ['json', 'csv', 'lines', 'base64'] as const;
/**
 * `json`: lines or one array, which is found out from the first bytes. `lines`: each is a payload, as it stands. `base64`: each is the base64 of one. Any may be gzipped, which is found
 * out, too.
 */
export type InputFormat = (typeof INPUT_FORMATS)[number];
