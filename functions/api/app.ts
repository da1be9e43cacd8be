import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { CorruptEntryError } from '../../shared/log/frame.ts';
import { ForeignStateError } from '../../shared/log/definition-history.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Page } from './page.ts';
import { ApiError, sendProblem } from './problem.ts';
import { requestFault } from './request-fault.ts';
import type { PipelineReplayer } from './pipeline-replayer.ts';
import { serveControl } from './routes/control.ts';
import { serveCost } from './routes/cost.ts';
import { serveDashboard } from './routes/dashboard.ts';
import { type EventStreamOptions, serveEvents } from './routes/events.ts';
import { serveHealth } from './routes/health.ts';
import { serveIntake } from './routes/intake.ts';
import { serveMetrics } from './routes/metrics.ts';
import { servePanes } from './routes/panes.ts';
import { serveRefusals } from './routes/refusals.ts';
import { serveReplay } from './routes/replay.ts';
import { serveRules } from './routes/rules.ts';
import { serveStatus } from './routes/status.ts';
import { serveWatermarks } from './routes/watermarks.ts';
import { serveWindows } from './routes/windows.ts';
import type { ServedPipeline } from './served-pipeline.ts';
import { ServedPipelines } from './served-pipelines.ts';

const BODY_BYTES_MAX = 256 * 1024;
// Of events. Lambda takes 6 MB in a request, of which some is not the body.
const EVENTS_BYTES_MAX = 4 * 1024 * 1024;

export interface ApiOptions {
  readonly clock: Clock;
  readonly events: EventStreamOptions;
  /** The dashboard; absent where none is served. */
  readonly page?: Page | undefined;
  /** Absent where a replay is a deployment. */
  readonly replayer?: PipelineReplayer | undefined;
  /** Gets what went wrong and is nobody's fault but ours. */
  readonly onError: (error: unknown) => void;
}

/**
 * The HTTP API over pipelines: the same app in Lambda and on a desk. It reads the logs of pipelines and appends to their logs of requests; it runs nothing itself.
 *
 * @throws {RangeError} when two pipelines have one name.
 */
export function createApi(served: readonly ServedPipeline[], { clock, events, page, replayer, onError }: ApiOptions): OpenAPIHono {
  const pipelines = new ServedPipelines(served);
  const app = new OpenAPIHono({
    defaultHook: (result, context) => {
      if (result.success) return undefined;
      return sendProblem(context, 400, result.error.issues.map((issue) => requestFault(issue, result.target)).join('; '));
    },
  });
  app.use(secureHeaders());
  const [limit, limitOfEvents] = [bodyLimitOf(BODY_BYTES_MAX), bodyLimitOf(EVENTS_BYTES_MAX)];
  app.use((context, next) => (context.req.path === '/events' ? limitOfEvents : limit)(context, next));
  serveHealth(app, pipelines);
  serveStatus(app, pipelines, () => clock.nowMs());
  serveWatermarks(app, pipelines, () => clock.nowMs());
  serveWindows(app, pipelines);
  servePanes(app, pipelines);
  serveRefusals(app, pipelines);
  serveCost(app, pipelines);
  serveControl(app, pipelines);
  serveReplay(app, pipelines, replayer);
  serveRules(app, pipelines);
  serveMetrics(app, pipelines);
  serveEvents(app, pipelines, events);
  serveIntake(app, pipelines);
  if (page !== undefined) serveDashboard(app, page);
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Mullion',
      version: '1',
      description: 'What window pipelines hold, have fired and are asked to do. Times are epoch milliseconds.',
    },
  });
  app.notFound((context) =>
    sendProblem(context, 404, `there is no ${context.req.method} ${context.req.path}; GET /openapi.json says what there is`),
  );
  app.onError((error, context) => {
    if (error instanceof ApiError) return sendProblem(context, error.status, error.message);
    // As curl -d sends it, for one.
    if (error instanceof HTTPException && error.status === 415)
      return sendProblem(context, 415, "a body is JSON, and says so: send the header 'content-type: application/json'");
    if (error instanceof HTTPException && error.status < 500) return sendProblem(context, error.status, error.message);
    if (error instanceof ForeignStateError) return sendProblem(context, 409, error.message);
    onError(error);
    // What is damaged must be looked at; what else went wrong may hold what nobody outside should read.
    if (error instanceof CorruptEntryError) return sendProblem(context, 500, `the logs are damaged: ${error.message}`);
    return sendProblem(context, 500, 'the request failed; the log of the API says why. Try again');
  });
  return app;
}

function bodyLimitOf(maxSize: number) {
  return bodyLimit({ maxSize, onError: (context) => sendProblem(context, 413, `a body has ${maxSize} bytes at the most`) });
}
