export { StoreUnwritableError } from './disk-errors.js';
export { FileArtifactStore, writeFileAtomically } from './file-store.js';
export { FileStepIndex, type StepIndex, type StepRecord } from './step-index.js';
export * from './store.js';
