export { StoreUnwritableError, writeError } from './disk-errors.js';
export { FileArtifactStore, writeFileAtomically } from './file-store.js';
export { makeFolder } from './make-folder.js';
export { FileStepIndex, type StepIndex, type StepRecord } from './step-index.js';
export * from './store.js';
export { beginWriting, removeUnfinished, writeWholeFolder } from './unfinished.js';
