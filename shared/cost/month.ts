/** The month that AWS's own calculator counts with. */
export const MONTH_HOURS = 730;
export const MONTH_S = MONTH_HOURS * 3_600;
export const MONTH_DAYS = MONTH_HOURS / 24;

export const GB = 2 ** 30;
export const MILLION = 1e6;
