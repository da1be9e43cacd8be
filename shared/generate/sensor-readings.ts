import { type Circumstances, type EventBody, type EventKind, rounded } from './event-kind.ts';
import type { Random } from './random.ts';

const SENSORS_A_ROOM = 4;
const MEAN_CELSIUS = 21;
const SEASON_CELSIUS = 4;
const NOISE_CELSIUS = 0.3;
const MEAN_HUMIDITY = 45;
const NOISE_HUMIDITY = 1.5;
/** In standard deviations. No healthy reading is beyond 3.5. */
const ANOMALY = { min: 20, max: 40 };

/** Sensors that report temperature and humidity of rooms, warm by day and drifting with the trend; a broken one jumps up or drops. */
export class SensorReadings implements EventKind {
  readonly #keys: number;

  /** @param keys Sensors, four to a room. */
  constructor(keys: number) {
    this.#keys = keys;
  }

  pickKey(random: Random): number {
    return random.below(this.#keys);
  }

  next({ random, key, season, level, isAnomalous }: Circumstances): EventBody {
    const room = Math.floor(key / SENSORS_A_ROOM);
    const jump = isAnomalous ? (ANOMALY.min + random.unit() * (ANOMALY.max - ANOMALY.min)) * (random.chance(0.5) ? 1 : -1) : 0;
    const temperature = (MEAN_CELSIUS + (room % 5)) * level + SEASON_CELSIUS * season + NOISE_CELSIUS * (random.normal() + jump);
    const humidity = MEAN_HUMIDITY - 6 * season + NOISE_HUMIDITY * random.normal();
    return {
      key: `sensor-${key}`,
      anomaly: isAnomalous ? (jump > 0 ? 'spike' : 'drop') : undefined,
      fields: { sensor: `sensor-${key}`, room: `room-${room}`, temperature: rounded(temperature, 2), humidity: rounded(humidity, 1) },
    };
  }
}
