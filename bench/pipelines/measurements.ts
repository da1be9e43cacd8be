export { measurements as default } from '../measurements.ts';
