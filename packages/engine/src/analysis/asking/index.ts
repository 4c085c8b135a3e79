export { answer } from './answers.js';
export type { AnalysisPlace, ChosenSoup } from './place.js';
export { type RunPlaceOptions, type RunQuestion, runPlace } from './run-place.js';
