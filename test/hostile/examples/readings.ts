export { readings as default } from '../readings.ts';
