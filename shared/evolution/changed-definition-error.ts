import { type DefinitionChange, showChange } from '../pipeline/definition-change.ts';

/**
 * The definition differs from the one that made the state, in a way that would mix windows that mean different things. Nothing was read or written, and nothing is
 * lost: records wait on the stream. The message says what differs and what can be done.
 */
export class ChangedDefinitionError extends Error {
  override readonly name = 'ChangedDefinitionError';
  readonly changes: readonly DefinitionChange[];

  constructor(pipeline: string, changes: readonly DefinitionChange[]) {
    const isRemoval = ({ isPossible }: DefinitionChange) => isPossible === 'whenClosed';
    const isOfWindow = ({ field }: DefinitionChange) => field.startsWith('windows.');
    super(
      [
        `pipeline '${pipeline}': the state was made by another definition, and cannot go on under this one:`,
        ...changes.map((change) => `  ${showChange(change)}`),
        ...(changes.some((change) => isOfWindow(change) && !isRemoval(change))
          ? [
              `To finish old windows under the old definition while new ones start, leave the window as it was, with a where that takes no events from some time on,`,
              `and add the changed one under another name, with a where that takes those.`,
            ]
          : []),
        ...(changes.some(isRemoval)
          ? [`To remove a window, leave it as it was, with where: () => false, until it has nothing open; then remove it.`]
          : []),
        `To start again with nothing, give the pipeline another name. To go on as before, deploy the former definition.`,
      ].join('\n'),
    );
    this.changes = changes;
  }
}

/** A function of a former definition, while a newer one is at work. It must not go on: it would leave out what it does not know. */
export class FormerDefinitionError extends Error {
  override readonly name = 'FormerDefinitionError';

  constructor(pipeline: string, fingerprint: string, changes: readonly DefinitionChange[]) {
    super(
      [
        `pipeline '${pipeline}': definition ${fingerprint} has been replaced, and a function that still has it does nothing any more. What has changed since:`,
        ...changes.map((change) => `  ${showChange(change)}`),
        `During a deployment this passes. To go back for good, start the former definition under another name.`,
      ].join('\n'),
    );
  }
}
