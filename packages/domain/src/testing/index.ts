export { type BulkModel, bulkBenchmarks, bulkModels } from './bulk.js';
export { madeUpDocument } from './documents.js';
export { type RankedBoard, rankedBoard } from './ranked-board.js';
export { exampleRecipe } from './recipe.js';
export { bitmap, type Facts, type FakeResult, fakeResult, hashed, type SoupFacts, sha256 } from './results.js';
export {
  completeStep,
  type SeedLab,
  type SeedRun,
  type SeedUser,
  type SeedWorker,
  StepKeys,
  seedWorld,
  type World,
} from './seed.js';
