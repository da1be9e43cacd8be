import { pipeline } from 'mullion';
import alerts, { type Report } from './alerts.ts';

const { map: _none, ...options } = alerts.options;

export default pipeline<Report>('alerts', { ...options, lanes: 3 });
