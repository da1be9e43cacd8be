// Neither package has types. Only what the emulator process uses is declared.

declare module 'dynalite' {
  import type { Server } from 'node:http';
  export default function dynalite(options: {
    /** Folder of the data; in memory when absent. */
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}

declare module 'kinesalite' {
  import type { Server } from 'node:http';
  export default function kinesalite(options: {
    /** Folder of the data; in memory when absent. */
    path?: string;
    createStreamMs?: number;
    deleteStreamMs?: number;
    updateStreamMs?: number;
    /** Open shards of the whole account. */
    shardLimit?: number;
  }): Server;
}
