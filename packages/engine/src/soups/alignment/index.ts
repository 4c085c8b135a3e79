export { type Alignment, alignFiles } from './align-files.js';
export { bestAssignment } from './assignment.js';
export { permute } from './permute.js';
export type { Permutations, SymmetricAxis, SymmetryGroup } from './symmetries.js';
export { type AlignedFiles, verifyAlignment } from './verify-alignment.js';
export { vitSymmetries } from './vit-symmetries.js';
export { type Matching, type MatchingOptions, weightMatching } from './weight-matching.js';
