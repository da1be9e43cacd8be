export type ControlAction = 'pause' | 'resume' | 'checkpoint' | 'drain';

/** What somebody is asked before a pipeline is. */
export interface ControlQuestion {
  readonly label: string;
  readonly title: string;
  readonly text: string;
  /** Said once it is written down. */
  readonly asked: string;
  /** There is no way back: the name must be typed. */
  readonly isFinal: boolean;
}

export const QUESTIONS: Readonly<Record<ControlAction, ControlQuestion>> = {
  pause: {
    label: 'Pause',
    title: 'Pause firing?',
    text: 'The watermark stands still, and no pane leaves. Events go on being folded: nothing is lost, and all that is due leaves when it is resumed.',
    asked: 'Asked to pause. The next firing obeys.',
    isFinal: false,
  },
  resume: {
    label: 'Resume',
    title: 'Resume firing?',
    text: 'It reads what came meanwhile, and everything that is due leaves at once.',
    asked: 'Asked to go on. The next firing obeys.',
    isFinal: false,
  },
  checkpoint: {
    label: 'Checkpoint',
    title: 'Write the state down?',
    text: 'A snapshot of all open windows, so that a function that starts reads little. Nothing else changes.',
    asked: 'Asked for a snapshot. The next firing writes it.',
    isFinal: false,
  },
  drain: {
    label: 'Drain',
    title: 'Drain for good?',
    text: 'Every open window fires as a final pane, complete or not, and every event that comes later is late. There is no way back: the pipeline stays drained.',
    asked: 'Asked to drain. The next firing obeys.',
    isFinal: true,
  },
};
