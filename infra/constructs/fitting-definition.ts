import { Duration } from 'aws-cdk-lib';
import type { DefinitionFacts } from '../../functions/definition-facts.ts';

/** What is said of a pipeline beside its definition. */
interface Given {
  /** Absent where the definition's hold. */
  readonly lanes: number | undefined;
  readonly stateRetentionDays: number;
}

/** Refuses props that the definition does not fit. */
export function requireFitting({ lanes, windows }: DefinitionFacts, given: Given, refuse: (sentence: string) => never): void {
  if (given.lanes !== undefined && given.lanes !== lanes)
    refuse(`lanes is ${given.lanes}, and the definition has ${lanes}; leave lanes out, and the definition's hold.`);
  for (const { name, allowedLatenessMs } of windows) {
    const latenessDays = Duration.millis(allowedLatenessMs).toDays({ integral: false });
    if (latenessDays < given.stateRetentionDays) continue;
    refuse(
      `stateRetention is ${given.stateRetentionDays} days, and the window ${name} takes late events for ${latenessDays}; the log would expire while the window ` +
        'can still fire, and nobody could say from what. Give a longer stateRetention, or the window less allowedLateness.',
    );
  }
}
