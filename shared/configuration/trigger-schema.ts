import { z } from 'zod';
import { durationSchema, patternSchema, unlessObject } from './field-schema.ts';

const FIRING_NEEDED = 'every 30s, or after 100 events, is needed';

const firingSchema = z
  .string(FIRING_NEEDED)
  .regex(/^(?:every \d+(?:\.\d+)?(?:ms|s|m|h|d)|after \d+ events?)$/, FIRING_NEEDED)
  .meta({ examples: ['every 30s', 'after 100 events'] });

/** When a window fires besides at its end. */
export const triggerSchema = z
  .strictObject(
    {
      on_watermark: z
        .literal([true, 'always', 'if_changed'], 'always or if_changed is needed: when the watermark passes its end a window always fires')
        .exactOptional()
        .meta({ description: 'The pane at the end: always (the default), or only if the last early one said something else.' }),
      early_firing: firingSchema.exactOptional().meta({ description: 'Before the end: every 30s, or after 100 events.' }),
      on_critical_event: patternSchema.exactOptional().meta({ description: 'Before the end, at once when an event matches.' }),
      fallback: durationSchema
        .exactOptional()
        .meta({ description: 'With on_critical_event: fires also every so often when something else has changed.' }),
      late_firing: firingSchema.exactOptional().meta({ description: 'For late events: every 30s, or after 100 events. Default: at once.' }),
    },
    unlessObject('when it fires is needed, such as { early_firing: every 30s }'),
  )
  .check(({ value, issues }) => {
    const { early_firing, on_critical_event, fallback } = value;
    if (early_firing !== undefined && on_critical_event !== undefined)
      issues.push({
        code: 'custom',
        input: early_firing,
        path: ['early_firing'],
        message: 'beside on_critical_event it is called fallback: 30s',
      });
    if (fallback !== undefined && on_critical_event === undefined)
      issues.push({
        code: 'custom',
        input: fallback,
        path: ['fallback'],
        message: 'it goes with on_critical_event; alone it is early_firing: every 30s',
      });
  })
  .meta({ id: 'trigger', description: 'When a window fires besides at its end.' });

export type TriggerConfiguration = z.infer<typeof triggerSchema>;
