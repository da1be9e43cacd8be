import { readsJson } from '../../shared/pipeline/input-declaration.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { InputStream } from '../../shared/ports/input-stream.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import type { ShardDirectory } from '../../shared/ports/shard-directory.ts';
import type { RefusalFeed } from '../../shared/ports/refusal-feed.ts';
import { PaneHistory } from '../../shared/view/pane-history.ts';
import { RecentRefusals } from '../../shared/view/recent-refusals.ts';
import { Standings } from '../../shared/view/standing.ts';
import { WindowQueries } from '../../shared/view/window-queries.ts';
import type { PipelineSwitch } from '../../shared/ports/pipeline-switch.ts';
import { ApiError } from './problem.ts';

/** What a pipeline works on, as far as the API is concerned. */
export interface ServedPorts {
  readonly logStore: LogStore;
  readonly shards: ShardDirectory;
  readonly clock: Clock;
  /** Absent where no events are taken. */
  readonly inputStream?: InputStream;
  /** Absent where nobody can start and stop it from here. */
  readonly switch?: PipelineSwitch;
  /** Absent where the side stream cannot be read from here. */
  readonly sideStream?: RefusalFeed;
}

/** A pipeline that the API answers for, and what can be seen of it. */
export class ServedPipeline {
  readonly definition: Pipeline<never>;
  readonly ports: ServedPorts;
  readonly standings: Standings;
  readonly windows: WindowQueries;
  readonly history: PaneHistory;
  readonly refusals: RecentRefusals | undefined;

  /** @param definition Under the name by which it is deployed. */
  constructor(definition: Pipeline<never>, ports: ServedPorts) {
    this.definition = definition;
    this.ports = readsJson(definition) ? ports : withoutIntake(ports);
    this.standings = new Standings(definition, ports);
    this.windows = new WindowQueries(definition, ports);
    this.history = new PaneHistory(definition, ports.logStore);
    this.refusals = ports.sideStream && new RecentRefusals(ports.sideStream, ports.clock);
  }

  get id(): string {
    return this.definition.name;
  }

  get windowNames(): readonly string[] {
    return this.definition.operators.map(({ name }) => name);
  }

  /**
   * All windows, or the one that is named.
   *
   * @throws {ApiError} when there is none of that name.
   */
  meantWindows(window: string | undefined): readonly string[] {
    const names = this.windowNames;
    if (window === undefined) return names;
    if (!names.includes(window))
      throw new ApiError(404, `pipeline '${this.id}' has no window '${window}'; it has ${names.map((each) => `'${each}'`).join(', ')}`);
    return [window];
  }
}

/** Events are handed in as JSON: where a pipeline reads something else, they would all be refused. */
function withoutIntake({ inputStream: _reads, ...others }: ServedPorts): ServedPorts {
  return others;
}
