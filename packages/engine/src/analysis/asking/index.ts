export { answer, answers } from './answers.js';
export type { AnalysisPlace, ChosenSoup, KnownScores } from './place.js';
export { type RunPlaceOptions, type RunQuestion, runPlace } from './run-place.js';
