import { decodeDefinition, type DefinitionHeader, encodeDefinition, type KnownDefinition } from '../log/definition-entry.ts';
import { type DefinitionHistory, historyOf, onlyDefinition } from '../log/definition-history.ts';
import { definitionLog } from '../log/keys.ts';
import { nextPosition, ORIGIN } from '../log/position.ts';
import { changesBetween, type DefinitionChange } from '../pipeline/definition-change.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogStore } from '../ports/log-store.ts';
import { newestEpochs } from './newest-epochs.ts';
import { ChangedDefinitionError, FormerDefinitionError } from './changed-definition-error.ts';

// A change a day for a month; state of an older definition has fired or been written anew long before.
const FORMERS_MAX = 30;
// The newest entry is written again when a third of its time is over.
const REFRESHES = 3;

/**
 * Which definitions have made the state that is there, and whether this one may go on with it. What is there is written down once a definition, in a log of its own,
 * before anything is made by it.
 */
export class Definitions implements DefinitionHistory {
  readonly #pipeline: Pipeline<never>;
  readonly #logStore: LogStore;
  readonly #clock: Clock;
  #history: DefinitionHistory;

  constructor(pipeline: Pipeline<never>, logStore: LogStore, clock: Clock) {
    this.#pipeline = pipeline;
    this.#logStore = logStore;
    this.#clock = clock;
    this.#history = onlyDefinition(pipeline);
  }

  /**
   * Makes sure that this definition is the one that holds: writes it down where there is none yet, or behind one that it can follow. Until then nothing may be made by it.
   *
   * @throws {ChangedDefinitionError} when it cannot follow the one that holds.
   * @throws {FormerDefinitionError} when it was replaced.
   */
  async adopt(): Promise<void> {
    const { name, fingerprint, description } = this.#pipeline;
    const log = definitionLog(name);
    for (;;) {
      const newest = await this.#logStore.last(log);
      const holding = newest && decodeDefinition(newest);
      if (holding?.fingerprint === fingerprint && !this.#mustRefresh(holding)) {
        this.#history = historyOf(this.#pipeline, holding.formers);
        return;
      }
      const formers = holding === undefined ? [] : await this.#formersBehind(holding);
      const header: DefinitionHeader = { kind: 'definition', fingerprint, description, writtenAtMs: this.#clock.nowMs(), formers };
      const outcome = await this.#logStore.append(log, nextPosition(newest?.position ?? ORIGIN), encodeDefinition(header));
      if (outcome.kind === 'conflict') continue;
      this.#history = historyOf(this.#pipeline, formers);
      return;
    }
  }

  asOf(fingerprint: string, what: string): Pipeline<never> {
    return this.#history.asOf(fingerprint, what);
  }

  /** The definitions that this one would follow. */
  async #formersBehind(holding: DefinitionHeader): Promise<readonly KnownDefinition[]> {
    const { name, fingerprint, description } = this.#pipeline;
    if (holding.fingerprint === fingerprint) return holding.formers;
    const former = holding.formers.find((known) => known.fingerprint === fingerprint);
    if (former !== undefined) throw new FormerDefinitionError(name, fingerprint, changesBetween(former.description, holding.description));
    const changes = changesBetween(holding.description, description);
    const impossible = await this.#impossible(changes);
    if (impossible.length > 0) throw new ChangedDefinitionError(name, impossible);
    return [{ fingerprint: holding.fingerprint, description: holding.description }, ...holding.formers].slice(0, FORMERS_MAX);
  }

  async #impossible(changes: readonly DefinitionChange[]): Promise<readonly DefinitionChange[]> {
    if (changes.every(({ isPossible }) => isPossible === 'always')) return [];
    const newest = await newestEpochs(this.#pipeline, this.#logStore);
    return changes.filter(({ field, isPossible }) => {
      // Before the first epoch anything may be open.
      const mayBeOpen = newest.some(
        (epoch) => epoch === undefined || Object.keys(epoch.open).some((window) => field === `windows.${window}`),
      );
      return isPossible === 'never' || (isPossible === 'whenClosed' && mayBeOpen);
    });
  }

  #mustRefresh({ writtenAtMs }: DefinitionHeader): boolean {
    const { retentionMs } = this.#logStore;
    return retentionMs !== undefined && this.#clock.nowMs() - writtenAtMs >= retentionMs / REFRESHES;
  }
}
