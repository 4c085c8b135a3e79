export { GradientError } from './errors.js';
export { gradients } from './gradients.js';
export { type GradientRule, type NotDifferentiable, notDifferentiable } from './rule.js';
export { gradientTable } from './table.js';
