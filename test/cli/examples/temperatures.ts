export { temperatures as default } from '../../fixtures/temperature-pipeline.ts';
