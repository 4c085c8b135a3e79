import type { Colors } from 'picocolors/types.js';
import { bar, duration, rate, whole } from './format.js';
import { type RunState, runTimeLeft, type ShownStep, speedOf, stepTimeLeft } from './run-state.js';

interface Group {
  readonly title: string;
  readonly holds: (step: ShownStep) => boolean;
}

/** A training without labels makes a stock, or an ingredient that others are fine-tuned from: its name in the plan tells. */
const isIngredient = ({ id }: ShownStep) => id.startsWith('ingredients/');

const GROUPS: readonly Group[] = [
  { title: 'Data', holds: ({ kind }) => kind === 'dataset' },
  { title: 'Benchmarks', holds: ({ kind }) => kind === 'benchmark' },
  {
    title: 'Stock',
    holds: (step) => ['pretrain', 'import', 'probe'].includes(step.kind) && !isIngredient(step),
  },
  { title: 'Ingredients', holds: isIngredient },
  { title: 'Soups', holds: ({ kind }) => kind === 'soup' || kind === 'batchnorm' },
  { title: 'Scores', holds: ({ kind }) => kind === 'evaluate' || kind === 'features' },
  { title: 'Cost', holds: ({ kind }) => kind === 'cost' },
  { title: 'Analyses', holds: ({ kind }) => kind === 'analyse' },
];

const BAR_WIDTH = 20;
/** Finished steps of a group that are named while others of it run: the latest. */
const FINISHED_SHOWN = 8;
const SPINNER = ['◐', '◓', '◑', '◒'];

export interface TreeOptions {
  /** Seconds on the clock that the run's state was kept by. */
  readonly now: number;
  readonly colors: Colors;
  /** Lines that fit; finished steps are left out first. */
  readonly rows: number;
}

/** The run as a tree of steps: what is done, what runs and how long it takes, what is to come. */
export function tree(run: RunState, options: TreeOptions): string {
  const groups = GROUPS.map(({ title, holds }) => ({ title, steps: run.steps.filter(holds) })).filter(
    ({ steps }) => steps.length > 0,
  );
  // A heading, a line a group, a line a step that needs one; what room is left shows finished steps.
  const busy = groups.flatMap(({ steps }) => steps).filter((step) => isBusy(step));
  let room = options.rows - 3 - groups.length - busy.length;
  const lines = ['', heading(run, options)];
  for (const { title, steps } of groups) {
    const shown = steps.length > 1 && steps.some((step) => step.state === 'running');
    const kept = new Set(steps.filter((step) => isBusy(step)));
    if (shown) {
      const most = kept.size + FINISHED_SHOWN;
      for (const step of steps.toReversed()) {
        if (room <= 0 || kept.size >= most) break;
        if (kept.has(step) || (step.state !== 'done' && step.state !== 'reused')) continue;
        kept.add(step);
        room -= 1;
      }
    }
    lines.push(groupLine(title, steps, options));
    for (const step of steps) if (kept.has(step)) lines.push(stepLine(step, options));
  }
  return `${lines.join('\n')}\n`;
}

function isBusy({ state }: ShownStep): boolean {
  return state === 'running' || state === 'failed' || state === 'cancelled';
}

function heading(run: RunState, { now, colors }: TreeOptions): string {
  const finished = run.count('done', 'reused');
  const parts = [`${finished} of ${run.steps.length} steps`, duration(now - run.startedAt)];
  const left = runTimeLeft(run, now);
  if (finished < run.steps.length && left !== undefined) parts.push(`about ${duration(left)} left`);
  return `  ${colors.bold(run.name)}  ${colors.dim(parts.join(' · '))}`;
}

function groupLine(title: string, steps: readonly ShownStep[], options: TreeOptions): string {
  const { colors } = options;
  const finished = steps.filter(({ state }) => state === 'done' || state === 'reused');
  const reused = steps.filter(({ state }) => state === 'reused').length;
  const parts = [`${finished.length}/${steps.length}`];
  if (reused > 0) parts.push(reused === steps.length ? 'reused' : `${reused} reused`);
  const seconds = steps.reduce(
    (sum, { startedAt, endedAt }) => sum + ((endedAt ?? 0) - (startedAt ?? endedAt ?? 0)),
    0,
  );
  if (finished.length === steps.length && reused < steps.length) parts.push(duration(seconds));
  return `  ${groupMark(steps, options)} ${title.padEnd(12)}${colors.dim(parts.join(' · '))}`;
}

function groupMark(steps: readonly ShownStep[], { colors, now }: TreeOptions): string {
  if (steps.some(({ state }) => state === 'failed')) return colors.red('✗');
  if (steps.some(({ state }) => state === 'running')) return colors.cyan(spin(now));
  if (steps.every(({ state }) => state === 'reused')) return colors.blue('=');
  if (steps.every(({ state }) => state === 'done' || state === 'reused')) return colors.green('✓');
  return colors.dim('○');
}

function spin(now: number): string {
  return SPINNER[Math.floor(now * 5) % SPINNER.length] ?? '◐';
}

function stepLine(step: ShownStep, options: TreeOptions): string {
  const { colors } = options;
  const name = stepName(step).padEnd(22);
  switch (step.state) {
    case 'running':
      return `      ${name} ${running(step, options)}`;
    case 'failed':
      return `    ${colors.red('✗')} ${name} ${colors.red(firstLine(step.error ?? 'failed'))}`;
    case 'cancelled':
      return `    ${colors.yellow('–')} ${name} ${colors.dim('stopped')}`;
    case 'reused':
      return `    ${colors.blue('=')} ${colors.dim(`${name} reused`)}`;
    default: {
      const parts = [duration((step.endedAt ?? 0) - (step.startedAt ?? 0))];
      if (step.imagesPerSecond !== undefined) parts.push(rate(step.imagesPerSecond, 'images'));
      if (step.loss !== undefined) parts.push(`loss ${step.loss.toPrecision(3)}`);
      return `    ${colors.green('✓')} ${name} ${colors.dim(parts.join(' · '))}`;
    }
  }
}

function running(step: ShownStep, { now, colors }: TreeOptions): string {
  const elapsed = duration(now - (step.startedAt ?? now));
  const { progress } = step;
  if (progress === undefined || progress.total <= 0) return colors.dim(elapsed);
  const share = progress.done / progress.total;
  const { filled, rest } = bar(share, BAR_WIDTH);
  const parts = [`${whole(share * 100)} %`];
  const speed = speedOf(step);
  if (speed !== undefined) parts.push(speed);
  const left = stepTimeLeft(step, now);
  if (left !== undefined) parts.push(`${duration(left)} left`);
  if (step.loss !== undefined) parts.push(`loss ${step.loss.toPrecision(3)}`);
  return `${colors.cyan(filled)}${colors.dim(rest)} ${parts.join(' · ')}`;
}

/** 'ft-03', 'ft-03 on test', 'mae-vit-tiny', 'the head' */
export function stepName({ id, makes }: Pick<ShownStep, 'id' | 'makes'>): string {
  switch (makes.type) {
    case 'head':
      return 'the head';
    case 'costs':
      return 'what answers cost';
    case 'features':
    case 'evaluation':
      return id.split('/').slice(1).join(' on ');
    default:
      return makes.name;
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
