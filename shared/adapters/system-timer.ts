import { TimeoutError, type Timer } from '../ports/timer.ts';

export const systemTimer: Timer = {
  async within(ms, work) {
    const ending = new AbortController();
    let timeout: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timeout = setTimeout(() => {
        const error = new TimeoutError(ms);
        ending.abort(error);
        reject(error);
      }, ms);
    });
    try {
      return await Promise.race([work(ending.signal), late]);
    } finally {
      clearTimeout(timeout);
    }
  },
};
