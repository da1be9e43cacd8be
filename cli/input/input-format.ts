export const INPUT_FORMATS = ['json', 'csv'] as const;
/** `json`: lines or one array, which is found out from the first bytes. Either may be gzipped, which is found out, too. */
export type InputFormat = (typeof INPUT_FORMATS)[number];
